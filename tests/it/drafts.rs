//! Drafts for returns that practices type elsewhere: exactly what is counted and recorded, and blanks for the rest.

use headroom::domain::access::Role;
use scraper::{Html, Selector};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{
    app::{Client, TestApp},
    databases::{TestDb, both_databases},
};

const PAGE: &str = "/practices/Z90001/drafts";

fn text_of(page: &str, id: &str) -> Vec<String> {
    let html = Html::parse_document(page);
    let wanted = Selector::parse(&format!("textarea#{id}[readonly]")).unwrap();
    let text: String = html.select(&wanted).next().unwrap().text().collect();
    text.trim().lines().map(str::to_owned).collect()
}

async fn record(manager: &Client, mut body: Value) {
    body["id"] = json!(Uuid::now_v7());
    let path = "/api/v1/practices/Z90001/actions";
    manager.post(path, body).await.is(201);
}

/// Counts from Monday to Wednesday and of today; nothing of Thursday.
async fn counted(app: &TestApp, manager: &Client) {
    let (a, b) = (app.clinician("Z90001", "Dr A").await, app.clinician("Z90001", "Dr B").await);
    for (who, day, n) in [(a, "2026-11-16", 20), (b, "2026-11-16", 25), (a, "2026-11-17", 25), (b, "2026-11-18", 26)] {
        let path = format!("/api/v1/practices/Z90001/clinicians/{who}/days/{day}");
        let body = json!({ "id": Uuid::now_v7(), "n": n });
        manager.put(&path, body).await.is(200);
    }
    let device = app.device("Z90001", a).await;
    let id = Uuid::now_v7().to_string();
    let typed = [("id", id.as_str()), ("n", "10"), ("half_sessions", "2")];
    let path = format!("/practices/Z90001/clinicians/{a}/set");
    device.form(&path, &typed).await.is(303);
}

both_databases!(the_week_is_what_was_counted_and_blank_where_nothing_was, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let manager = app.person(Role::PracticeManager, "Z90001").await;
    let empty = manager.get(PAGE).await;
    let text = text_of(&empty.is(200).body, "week");
    assert_eq!(text[3], "Contacts on Monday: ____");
    assert_eq!(text[4], "State of the week so far, as measured: ____");
    counted(&app, &app.manager("Z90001").await).await;
    let page = manager.get(PAGE).await;
    let text = text_of(&page.is(200).body, "week");
    assert_eq!(
        text[..11],
        [
            "Invented Surgery 1 (Z90001)",
            "Week from Monday 16 November 2026 to Friday 20 November 2026",
            "",
            "Contacts on Monday: 45",
            "State of the week so far, as measured: Amber",
            "",
            "Mon 16 Nov: 5 left · 45 counted of 50, 2 clinicians, Amber; sessions ____; appointments attended ____",
            "Tue 17 Nov: 0 left · 25 counted of 25, 1 clinician, Red; sessions ____; appointments attended ____",
            "Wed 18 Nov: 0 left · 26 counted (1 over) of 25, 1 clinician, Black; sessions ____; appointments attended ____",
            "Thu 19 Nov: counted ____; sessions ____; appointments attended ____",
            "Fri 20 Nov: 3 left · 10 counted of 13 so far, 1 clinician, Green; sessions 1; appointments attended ____",
        ]
    );
    assert!(page.body.contains("Green: less than 85% of the limit is used."));
    assert!(page.body.contains("Nothing is sent anywhere."));
    let csv = manager.get(&format!("{PAGE}/week.csv")).await;
    assert_eq!(
        csv.is(200).body,
        "day,contacts,over,limit,left,clinicians counted,state as measured,sessions,appointments attended,note\r\n\
             2026-11-16,45,0,50,5,2,Amber,,,\r\n2026-11-17,25,0,25,0,1,Red,,,\r\n2026-11-18,26,1,25,0,1,Black,,,\r\n\
             2026-11-19,,,,,,,,,\r\n2026-11-20,10,0,13,3,1,Green,1,,so far\r\n"
    );
    let before = manager.get(&format!("{PAGE}?week=2026-11-13")).await;
    let text = text_of(&before.is(200).body, "week");
    assert_eq!(text[1], "Week from Monday 9 November 2026 to Friday 13 November 2026");
    assert_eq!(text[3..5], ["Contacts on Monday: ____", "State of the week, as measured: ____"]);
});

both_databases!(the_survey_says_what_is_recorded_and_nothing_for_the_practice, |test: TestDb| async move {
    let app = TestApp::start(test.clone()).await;
    let program = app.manager("Z90001").await;
    for body in [
        json!({ "item": "dsa-freeze", "status": "paused-since", "effective_on": "2026-11-16" }),
        json!({ "item": "referral-rationing", "status": "thinking", "effective_on": "2026-11-01" }),
        json!({ "item": "gp-connect-update-record", "status": "paused-since", "effective_on": "2026-11-16" }),
        json!({ "item": "voluntary-services", "subject_name": "ECGs", "status": "thinking", "effective_on": "2026-11-01" }),
        json!({ "item": "voluntary-services", "subject_name": "Ring pessaries", "status": "pausing-from",
                "effective_on": "2027-02-01", "notice_served_on": "2026-11-02" }),
        json!({ "item": "pilot-programmes", "subject_name": "Pilot A", "status": "pausing-from", "effective_on": "2027-01-01", "about": true }),
        json!({ "item": "medicines-optimisation-software", "subject_name": "Product A", "status": "running", "effective_on": "2026-10-01" }),
    ] {
        record(&program, body).await;
    }
    let manager = app.person(Role::PracticeManager, "Z90001").await;
    let before = test.content_without(&["session"]).await;
    let page = manager.get(PAGE).await;
    let text = text_of(&page.is(200).body, "survey");
    for line in [
        "Limit of 25 contacts a day: not recorded",
        "New agreements frozen: doing it (No new agreements, since 16 Nov 2026)",
        "Referrals without rationing: considering (Thinking about it, since 1 Nov 2026)",
        "Voluntary services: doing it (Ring pessaries: Notice served, ends on: 1 Feb 2027; ECGs: Thinking about it, since 1 Nov 2026)",
        "Pilot programmes: considering (Pilot A: Decision deferred from a date: about 1 Jan 2027)",
        "Medicines software: not planning (Product A: In use, since 1 Oct 2026)",
    ] {
        assert!(text.iter().any(|found| found == line), "{line}: {text:#?}");
    }
    assert!(!text.iter().any(|line| line.contains("GP Connect")));
    assert!(page.body.contains("Left out, because it conflicts with the contract on this day"));
    let csv = manager.get(&format!("{PAGE}/survey.csv")).await;
    let csv = &csv.is(200).body;
    assert!(csv.starts_with("code,item,answer,recorded,as of\r\nsafe-contact-limit,Limit of 25 contacts a day,not recorded,,2026-11-20\r\n"), "{csv}");
    assert!(!csv.contains("gp-connect") && csv.contains("doing it"), "{csv}");
    assert_eq!(test.content_without(&["session"]).await, before, "looking sends nothing");
    // The week's page leads here.
    assert!(manager.get("/practices/Z90001").await.is(200).body.contains(PAGE));
    let neighbour = app.person(Role::PracticeManager, "Z90002").await;
    for path in [PAGE.to_owned(), format!("{PAGE}/week.csv"), format!("{PAGE}/survey.csv")] {
        assert!(app.stranger().get(&path).await.is(303).location().starts_with("/sign-in"));
        neighbour.get(&path).await.is(404);
    }
});
