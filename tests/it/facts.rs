//! Facts of 2025 and 2026 on the pages: the contract of the day, what a conference asks for apart from it, and the notice
//! that a service's own specification asks for.

use headroom::domain::access::Role;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    catalogue::import,
    support::{
        app::TestApp,
        databases::{TestDb, both_databases},
    },
};

const ACTIONS: &str = "/practices/Z90001/actions";
const LATER: &str = include_str!("../data/catalogue/england-2026-11-16.json");

/// What a field begins with.
fn begins_with(page: &str, field: &str) -> String {
    let page = scraper::Html::parse_document(page);
    let wanted = scraper::Selector::parse(&format!("input[name={field}]")).unwrap();
    page.select(&wanted).next().and_then(|input| input.attr("value")).unwrap_or_default().to_owned()
}

both_databases!(policy_stands_apart_from_the_contract_and_follows_the_day, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let manager = app.person(Role::PracticeManager, "Z90001").await;
    let limit = format!("{ACTIONS}/safe-contact-limit");
    let page = manager.get(&limit).await.is(200).body.clone();
    for said in [
        "“Call back tomorrow” is no response.",
        "unwarranted variation",
        "href=\"https://www.sslmcs.co.uk/?p=6834\" rel=\"noreferrer\">LMC on the 2026/27 contract</a>",
        "Policy, not contract",
        "What a conference asks for binds nobody.",
        "Conference of UK LMCs, May 2026",
    ] {
        assert!(page.contains(said), "{said}");
    }
    for (on, england, uk) in [("2025-11-06", false, false), ("2025-11-07", true, false), ("2026-05-28", true, true)] {
        let beside = manager.get(&format!("{limit}/position?effective_on={on}")).await.is(200).body.clone();
        assert_eq!(beside.contains("Conference of England LMCs"), england, "{on}");
        assert_eq!(beside.contains("Conference of UK LMCs"), uk, "{on}");
        assert_eq!(beside.contains("Policy, not contract"), england, "{on}");
    }
    // Where no conference said anything there is no empty panel.
    let page = manager.get(&format!("{ACTIONS}/pilot-programmes")).await;
    assert!(!page.is(200).body.contains("Policy, not contract"));
    // What is recorded keeps the contract's words, and no conference's.
    let api = "/api/v1/practices/Z90001/actions";
    let body = json!({
        "id": Uuid::now_v7(), "item": "safe-contact-limit", "status": "paused-since", "effective_on": "2026-11-17",
    });
    let program = app.manager("Z90001").await;
    let kept = program.post(api, body).await.is(201).json();
    assert_eq!(kept["recorded"]["edition"], "england-2025-04");
    let kept = kept.to_string();
    assert!(kept.contains("end of the next core hours") && !kept.contains("onference"), "{kept}");
    let stranger = app.manager("Z90003").await;
    stranger.get(&format!("{limit}/position?effective_on=2026-11-17")).await.is(404);
});

both_databases!(a_notice_on_the_enhanced_service_takes_its_three_months_to_the_letter, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let manager = app.manager("Z90001").await;
    let new = "/practices/Z90001/notices/new?item=advice-and-guidance-service";
    let page = manager.get(new).await.is(200).body.clone();
    assert_eq!(begins_with(&page, "period"), "3");
    assert!(page.contains("3 months, as its national specification says."));
    let other = manager.get("/practices/Z90001/notices/new").await.is(200).body.clone();
    assert!(other.contains("As the service’s own agreement says"));
    assert!(!other.contains("advice-and-guidance-service"), "what has ended is offered to nobody who does not ask");

    let api = "/api/v1/practices/Z90001/notices";
    let served = |on: &str| {
        json!({
            "id": Uuid::now_v7(), "item": "advice-and-guidance-service",
            "service": "General Practice Requests for Advice and Guidance 2025/26", "served_on": on, "period": 3,
            "period_unit": "months", "commissioner": "NHS Example ICB", "contract": "signed", "funded": true,
        })
    };
    let made = manager.post(api, served("2025-12-01")).await.is(201).json();
    assert_eq!((&made["ends_on"], &made["period"]), (&json!("2026-03-01"), &json!("3 months")));
    // After the service's own end there was nothing to leave.
    let late = manager.post(api, served("2026-01-15")).await.is(422).body.clone();
    assert!(late.contains("\"period\"") && late.contains("ended on 31 March 2026"), "{late}");
    manager.post(api, served("2026-06-01")).await.is(422);
    let one = manager.get(&format!("/practices/Z90001/notices/{}", made["id"].as_str().unwrap())).await;
    let one = one.is(200).body.clone();
    let from = one.find("/practices/Z90001/letters/new?").unwrap();
    let link = one[from..from + one[from..].find('"').unwrap()].replace("&amp;", "&");
    let letter = manager.get(&link).await.is(200).body.clone();
    assert_eq!(begins_with(&letter, "period"), "3 months");
    let register = manager.get("/api/v1/practices/Z90001/actions?on=2026-03-02").await.is(200).json();
    let mut items = register["items"].as_array().unwrap().iter();
    let service = items.find(|item| item["item"] == "advice-and-guidance-service");
    assert_eq!(service.map(|item| &item["subjects"][0]["status"]["status"]), Some(&json!("paused-since")));
    app.manager("Z90003").await.get(&link).await.is(404);
});

both_databases!(the_period_of_a_notice_is_the_catalogues_where_it_says_one, |test: TestDb| async move {
    let app = TestApp::start(test.clone()).await;
    let mut file: Value = serde_json::from_str(LATER).unwrap();
    let mut items = file["items"].as_array_mut().unwrap().iter_mut();
    items.find(|item| item["code"] == "network-enhanced-access").unwrap()["notice_months"] = json!(6);
    import(&test, &file.to_string());
    let manager = app.manager("Z90001").await;
    let form = async |item: &str| {
        let page = manager.get(&format!("/practices/Z90001/notices/new?item={item}")).await;
        page.is(200).body.clone()
    };
    let page = form("network-enhanced-access").await;
    assert_eq!(begins_with(&page, "period"), "6");
    assert!(page.contains("6 months, as its national specification says.") && page.contains("Thursday 20 May 2027"));
    assert_eq!(begins_with(&form("voluntary-services").await, "period"), "3");
    manager.get("/practices/Z90001/notices/new?item=advice-and-guidance").await.is(404);
});
