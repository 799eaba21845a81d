//! A practice's clinicians over HTTP: one, a pasted list, the API, and when somebody leaves.

use headroom::domain::access::Role;
use scraper::{Html, Selector};
use serde_json::json;
use uuid::Uuid;

use crate::support::{
    app::TestApp,
    databases::{TestDb, both_databases},
};

const PEOPLE: &str = "/practices/Z90001/people";
const API: &str = "/api/v1/practices/Z90001/clinicians";

fn texts(page: &str, selector: &str) -> Vec<String> {
    let page = Html::parse_document(page);
    let wanted = Selector::parse(selector).unwrap();
    let found = page.select(&wanted);
    found.map(|one| one.text().collect()).collect()
}

async fn clinicians(test: &TestDb) -> i64 {
    test.number("SELECT count(*) FROM clinician").await
}

async fn events(test: &TestDb) -> i64 {
    test.number("SELECT count(*) FROM audit_event WHERE event = 'clinician.added'").await
}

both_databases!(one_clinician_is_added_once_however_often_the_form_is_sent, |test: TestDb| async move {
    let app = TestApp::start(test.clone()).await;
    let manager = app.person(Role::PracticeManager, "Z90001").await;
    let id = Uuid::now_v7().to_string();
    let typed = [("id", id.as_str()), ("label", "  Dr   A "), ("staff_group", "gp-partner")];
    for _ in 0..2 {
        let reply = manager.form(PEOPLE, &typed).await;
        assert_eq!(reply.is(303).location(), PEOPLE);
    }
    assert_eq!((clinicians(&test).await, events(&test).await), (1, 1));
    let page = manager.get(PEOPLE).await;
    assert_eq!(texts(&page.body, "tbody th"), ["Dr A"]);
    for (label, group, field) in [
        ("Dr A", "locum", "label"),
        ("", "locum", "label"),
        ("Dr B", "wizard", "staff_group"),
        (&"x".repeat(41), "locum", "label"),
    ] {
        let other = Uuid::now_v7().to_string();
        let typed = [("id", &*other), ("label", label), ("staff_group", group)];
        let page = manager.form(PEOPLE, &typed).await;
        let error = format!("#{field}-error");
        assert_eq!(texts(&page.is(422).body, &error).len(), 1, "{label} {group}");
        assert!(page.body.contains(label), "what was typed is kept");
    }
    assert_eq!((clinicians(&test).await, events(&test).await), (1, 1));
});

both_databases!(a_pasted_list_is_added_as_a_whole_or_not_at_all, |test: TestDb| async move {
    let app = TestApp::start(test.clone()).await;
    let manager = app.person(Role::PracticeManager, "Z90001").await;
    let path = format!("{PEOPLE}/list");
    let id = Uuid::now_v7().to_string();
    let before = test.content_without(&[]).await;
    let bad = "Dr A, GP partner\nDr B, wizard\nDr C, locum";
    let page = manager.form(&path, &[("id", &id), ("list", bad)]).await;
    let said = texts(&page.is(422).body, ".nhsuk-error-summary li");
    assert!(said.len() == 1 && said[0].starts_with("Line 2: "), "{said:?}");
    assert_eq!(texts(&page.body, "textarea"), [bad]);
    assert_eq!(test.content_without(&[]).await, before, "nothing is written");
    let good = "Dr A, GP partner\r\n\r\nDr B\tNurse\r\nDr C, locum\r\n";
    for _ in 0..2 {
        let reply = manager.form(&path, &[("id", &id), ("list", good)]).await;
        assert_eq!(reply.is(303).location(), PEOPLE);
        assert_eq!((clinicians(&test).await, events(&test).await), (3, 3));
    }
    // One who is there already, in a list of another form.
    let other = Uuid::now_v7().to_string();
    let taken = "Dr D, locum\nDr A, locum";
    let page = manager.form(&path, &[("id", &other), ("list", taken)]).await;
    assert!(page.is(422).body.contains("There is a Dr A already"));
    assert_eq!((clinicians(&test).await, events(&test).await), (3, 3));
    let empty = manager.form(&path, &[("id", &other), ("list", " ")]).await;
    empty.is(422);
});

both_databases!(the_api_adds_repeats_and_refuses, |test: TestDb| async move {
    let app = TestApp::start(test.clone()).await;
    let manager = app.manager("Z90001").await;
    let body = json!({ "id": Uuid::now_v7(), "label": "Dr A", "staff_group": "locum" });
    let first = manager.post(API, body.clone()).await.is(201).json();
    assert_eq!((&first["label"], &first["left_on"]), (&json!("Dr A"), &json!(null)));
    assert_eq!(manager.post(API, body.clone()).await.is(200).json(), first);
    let mut other = body.clone();
    other["label"] = json!("Dr B");
    let problem = manager.post(API, other).await;
    assert_eq!(problem.is(409).json()["type"], "/problems/id-reused");
    for (body, field) in [
        (json!({ "label": "", "staff_group": "locum" }), "label"),
        (json!({ "label": "Dr A", "staff_group": "nurse" }), "label"),
        (json!({ "label": "Dr C", "staff_group": "Locum" }), "staff_group"),
        (json!({ "id": Uuid::nil(), "label": "Dr C", "staff_group": "locum" }), "id"),
        (json!({ "label": "Dr C" }), "body"),
    ] {
        let problem = manager.post(API, body.clone()).await;
        assert_eq!(problem.is(422).json()["errors"][0]["field"], field, "{body}");
    }
    let list = manager.get(API).await.is(200).json();
    assert_eq!(list["items"], json!([first]));
    assert_eq!((clinicians(&test).await, events(&test).await), (1, 1));
});

both_databases!(neighbours_and_strangers_find_nobody, |test: TestDb| async move {
    let app = TestApp::start(test.clone()).await;
    let me = app.clinician("Z90001", "Dr A").await;
    let body = json!({ "label": "Dr B", "staff_group": "locum" });
    app.stranger().get(API).await.is(401);
    app.stranger().post(API, body.clone()).await.is(401);
    for reader in [
        app.manager("Z90002").await,
        app.token(Role::LmcOfficer, "east").await,
        app.token(Role::IcbAnalyst, "XDA").await,
        app.token(Role::Administrator, "england").await,
    ] {
        reader.get(API).await.is(404);
        reader.post(API, body.clone()).await.is(404);
        reader.get(PEOPLE).await.is(404);
        reader.get(&format!("{PEOPLE}/{me}")).await.is(404);
        let made = [("id", &*Uuid::now_v7().to_string())];
        let link = format!("{PEOPLE}/{me}/link");
        reader.form(&link, &made).await.is(404);
    }
    // Working there is not managing there.
    let device = app.device("Z90001", me).await;
    device.get(API).await.is(403);
    device.post(API, body).await.is(403);
    // A neighbour's clinician under one's own address.
    let neighbour = app.manager("Z90002").await;
    for path in ["link", "left"] {
        let path = format!("/practices/Z90002/people/{me}/{path}");
        let typed = [("id", &*Uuid::now_v7().to_string()), ("last_day", "2026-11-20")];
        neighbour.form(&path, &typed).await.is(404);
    }
    assert_eq!(clinicians(&test).await, 1);
    assert_eq!(test.number("SELECT count(*) FROM one_time_link").await, 0);
});

both_databases!(the_day_after_the_last_one_a_device_opens_nothing, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let me = app.clinician("Z90001", "Dr A").await;
    let device = app.device("Z90001", me).await;
    let manager = app.person(Role::PracticeManager, "Z90001").await;
    let left = format!("{PEOPLE}/{me}/left");
    for wrong in ["soon", "2026-02-30"] {
        let page = manager.form(&left, &[("last_day", wrong)]).await;
        assert_eq!(texts(&page.is(422).body, "#last_day-error").len(), 1);
    }
    let typed = [("last_day", "2026-11-20")];
    manager.form(&left, &typed).await.is(303);
    device.get("/practices/Z90001/today").await.is(200);
    let link = format!("{PEOPLE}/{me}/link");
    let make = [("id", &*Uuid::now_v7().to_string())];
    manager.form(&link, &make).await.is(200);
    app.clock.set("2026-11-21T00:00:00Z".parse().unwrap());
    device.get("/practices/Z90001/today").await.is(303);
    let manager = app.person(Role::PracticeManager, "Z90001").await;
    manager.form(&link, &make).await.is(409);
});

both_databases!(a_sheet_has_a_link_for_everybody_without_a_device, |test: TestDb| async move {
    const SHEET: &str = "/practices/Z90001/people/links";
    let app = TestApp::start(test.clone()).await;
    let manager = app.person(Role::PracticeManager, "Z90001").await;
    let id = Uuid::now_v7().to_string();
    let sheet = async || manager.form(SHEET, &[("id", &id)]).await;
    assert!(sheet().await.is(200).body.contains("has a phone or a computer already"), "nobody consults there yet");
    let has = app.clinician("Z90001", "Dr A").await;
    app.device("Z90001", has).await;
    for label in ["Dr B", "Dr C"] {
        app.clinician("Z90001", label).await;
    }
    app.clinician("Z90002", "Dr Z").await;
    let first = sheet().await;
    assert_eq!(texts(&first.is(200).body, "article h3"), ["Dr B", "Dr C"]);
    let links = texts(&first.body, "article code");
    assert_eq!(texts(&sheet().await.body, "article code"), links, "a page that is loaded again says the same");
    let path = links[0].strip_prefix(&app.state.settings.public_url).unwrap();
    assert!(app.stranger().get(path).await.is(200).body.contains("Dr B"));
    let device = Uuid::now_v7().to_string();
    app.stranger().form(path, &[("device", &device), ("pin", ""), ("pin_again", "")]).await.is(303);
    let other = Uuid::now_v7().to_string();
    let again = manager.form(SHEET, &[("id", &other)]).await;
    assert_eq!(texts(&again.is(200).body, "article h3"), ["Dr C"]);
    let old = links[1].strip_prefix(&app.state.settings.public_url).unwrap();
    app.stranger().get(old).await.is(410);
    manager.form(SHEET, &[("id", "none")]).await.is(422);
    app.manager("Z90002").await.form(SHEET, &[("id", &other)]).await.is(404);
    app.device("Z90001", has).await.form(SHEET, &[("id", &other)]).await.is(403);
    let made = test.number("SELECT count(*) FROM audit_event WHERE event = 'enrolment-link.made'").await;
    assert_eq!(made, 3, "each link that was made is told once");
});
