//! Notices over HTTP: the last day, what came back, the diary and the calendar feed agree; strangers learn nothing.

use headroom::domain::access::Role;
use scraper::{Html, Selector};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{
    app::{Client, TestApp},
    databases::{TestDb, both_databases},
};

const API: &str = "/api/v1/practices/Z90001/notices";
const PAGE: &str = "/practices/Z90001/notices";

fn pessaries() -> Value {
    json!({
        "id": Uuid::now_v7(), "service": "Ring pessaries", "served_on": "2026-11-20", "period": 3,
        "period_unit": "months", "commissioner": "NHS Example ICB", "contract": "unsigned",
        "funded": false, "patients": 35, "reply_due_on": "2026-12-18",
    })
}

fn with(mut body: Value, field: &str, value: Value) -> Value {
    body[field] = value;
    body
}

async fn diary(reader: &Client) -> Vec<(String, String, String)> {
    let said = reader.get("/api/v1/practices/Z90001/diary").await;
    let said = said.is(200).json();
    let text = |entry: &Value, field: &str| entry[field].as_str().unwrap().to_owned();
    let entries = said["items"].as_array().unwrap().iter();
    entries.map(|entry| (text(entry, "on"), text(entry, "what"), text(entry, "name"))).collect()
}

fn entry(on: &str, what: &str) -> (String, String, String) {
    (on.to_owned(), what.to_owned(), "Ring pessaries".to_owned())
}

/// The status of the one service in the register.
async fn register(reader: &Client) -> Value {
    let all = reader.get("/api/v1/practices/Z90001/actions").await;
    let all = all.is(200).json();
    let mut items = all["items"].as_array().unwrap().iter();
    let services = items.find(|item| item["item"] == "voluntary-services");
    services.unwrap()["subjects"][0]["status"].clone()
}

/// Presses the button and reads the address off the page.
async fn make_feed(manager: &Client) -> String {
    let id = Uuid::now_v7().to_string();
    let typed = [("id", id.as_str()), ("what", "make")];
    for _ in 0..2 {
        let reply = manager.form("/practices/Z90001/diary/feed", &typed).await;
        assert_eq!(reply.is(303).location(), "/practices/Z90001/diary");
    }
    let page = manager.get("/practices/Z90001/diary").await.is(200).body.clone();
    let from = page.find("/calendar/").unwrap();
    let to = page[from..].find(".ics").unwrap();
    page[from..from + to + 4].to_owned()
}

fn attributes(page: &str, selector: &str, name: &str) -> Vec<String> {
    let page = Html::parse_document(page);
    let wanted = Selector::parse(selector).unwrap();
    let found = page.select(&wanted).filter_map(|one| one.attr(name));
    found.map(str::to_owned).collect()
}

async fn number(test: &TestDb, table: &str) -> i64 {
    test.number(&format!("SELECT count(*) FROM {table}")).await
}

both_databases!(a_notice_says_the_same_last_day_everywhere, |test: TestDb| async move {
    let app = TestApp::start(test.clone()).await;
    let manager = app.manager("Z90001").await;
    let sent = pessaries();
    let made = manager.post(API, sent.clone()).await.is(201).json();
    assert_eq!(made["ends_on"], "2027-02-20");
    assert_eq!(made["period"], "3 months");
    assert_eq!(made["state"], "waiting");
    assert_eq!(manager.post(API, sent.clone()).await.is(200).json(), made);
    let other = with(sent.clone(), "period", json!(4));
    manager.post(API, other).await.is(409);
    let other = with(sent.clone(), "service", json!("Phlebotomy"));
    manager.post(API, other).await.is(409);
    assert_eq!(number(&test, "subject").await, 1, "what is refused leaves nothing");
    assert_eq!(number(&test, "notice").await, 1);
    assert_eq!(number(&test, "action_status").await, 1);

    let status = register(&manager).await;
    assert_eq!(status["status"], "pausing-from");
    assert_eq!(status["effective_on"], "2027-02-20");
    assert_eq!(status["notice_served_on"], "2026-11-20");
    let both = [entry("2026-12-18", "reply-due"), entry("2027-02-20", "last-day")];
    assert_eq!(diary(&manager).await, both);

    let address = make_feed(&manager).await;
    let feed = app.stranger().get(&address).await.is(200).body.clone();
    let days: Vec<&str> = feed.lines().filter_map(|line| line.strip_prefix("DTSTART;VALUE=DATE:")).collect();
    assert_eq!(days, ["20261218", "20270220"]);
    let titles = feed.lines().filter(|line| line.starts_with("SUMMARY:"));
    assert!(titles.clone().count() == 2 && titles.clone().all(|line| line == "SUMMARY:Headroom reminder"));
    assert!(!feed.to_lowercase().contains("pessar"), "{feed}");

    let events = format!("{API}/{}/events", made["id"].as_str().unwrap());
    let reply = json!({ "id": Uuid::now_v7(), "event": "acknowledged", "on": "2026-11-20", "note": "By letter" });
    let after = manager.post(&events, reply.clone()).await.is(201).json();
    assert_eq!(after["state"], "acknowledged");
    assert_eq!(manager.post(&events, reply).await.is(200).json(), after);
    assert_eq!(diary(&manager).await, [entry("2027-02-20", "last-day")]);
    let page = manager.get(&format!("{PAGE}/{}", made["id"].as_str().unwrap())).await;
    let page = page.is(200).body.clone();
    for said in ["Saturday 20 February 2027", "Acknowledged", "By letter", "3 months"] {
        assert!(page.contains(said), "{said}");
    }

    // The commissioner pays for it: it goes on, and nothing lies ahead.
    let again = json!({ "event": "acknowledged", "on": "2026-11-20" });
    manager.post(&events, again).await.is(422);
    let funded = json!({ "id": Uuid::now_v7(), "event": "funded", "on": "2026-11-20" });
    let closed = manager.post(&events, funded).await.is(201).json();
    assert_eq!(closed["state"], "funded");
    assert_eq!(register(&manager).await["status"], "running");
    assert_eq!(diary(&manager).await, []);
    let feed = app.stranger().get(&address).await.is(200).body.clone();
    assert!(!feed.contains("BEGIN:VEVENT"), "{feed}");
});

both_databases!(a_notice_is_nobody_elses, |test: TestDb| async move {
    let app = TestApp::start(test.clone()).await;
    let manager = app.manager("Z90001").await;
    let made = manager.post(API, pessaries()).await.is(201).json();
    let id = made["id"].as_str().unwrap().to_owned();
    let neighbour = app.manager("Z90002").await;
    let officer = app.person(Role::LmcOfficer, "east").await;
    let event = json!({ "event": "withdrawn", "on": "2026-11-20" });
    for (path, own) in [
        (format!("{PAGE}/{id}"), format!("/practices/Z90002/notices/{id}")),
        (PAGE.to_owned(), format!("/practices/Z90002/notices/{}", Uuid::now_v7())),
    ] {
        neighbour.get(&path).await.is(404);
        neighbour.get(&own).await.is(404);
        officer.get(&path).await.is(404);
        manager.get(&path).await.is(200);
    }
    let foreign = format!("/api/v1/practices/Z90002/notices/{id}/events");
    neighbour.post(&foreign, event.clone()).await.is(404);
    neighbour.post(&format!("{API}/{id}/events"), event).await.is(404);
    assert_eq!(number(&test, "notice_event").await, 0);

    // An address opens until it is made anew, revoked, or its person leaves.
    let first = make_feed(&manager).await;
    let second = make_feed(&manager).await;
    app.stranger().get(&first).await.is(404);
    app.stranger().get(&second).await.is(200);
    app.stranger().get("/calendar/guess.ics").await.is(404);
    let gone = "UPDATE role_grant SET revoked_at = granted_at WHERE organisation = 'Z90001'";
    test.transaction(&[gone]).await.unwrap();
    app.stranger().get(&second).await.is(404);
});

both_databases!(of_two_outcomes_at_once_one_is_recorded, |test: TestDb| async move {
    let app = TestApp::start(test.clone()).await;
    let manager = app.manager("Z90001").await;
    let made = manager.post(API, pessaries()).await.is(201).json();
    let events = format!("{API}/{}/events", made["id"].as_str().unwrap());
    let outcomes = ["funded", "withdrawn", "ceased", "funded", "withdrawn", "ceased"];
    let posts = outcomes.map(|event| {
        let body = json!({ "id": Uuid::now_v7(), "event": event, "on": "2026-11-20" });
        manager.post(&events, body)
    });
    let replies = futures::future::join_all(posts).await;
    let taken = replies.iter().filter(|reply| reply.status == 201).count();
    assert_eq!(taken, 1);
    assert_eq!(number(&test, "notice_event").await, 1);
    assert_eq!(number(&test, "action_status").await, 2);
});

both_databases!(a_revoked_address_opens_nothing, |test: TestDb| async move {
    let app = TestApp::start(test.clone()).await;
    let manager = app.manager("Z90001").await;
    let address = make_feed(&manager).await;
    let id = Uuid::now_v7().to_string();
    let typed = [("id", id.as_str()), ("what", "revoke")];
    manager.form("/practices/Z90001/diary/feed", &typed).await.is(303);
    app.stranger().get(&address).await.is(404);
    let page = manager.get("/practices/Z90001/diary").await;
    assert!(!page.is(200).body.contains("/calendar/"));
    // The secret is kept nowhere but in the address.
    let secret = address.trim_start_matches("/calendar/").trim_end_matches(".ics");
    let rows = test.rows("calendar_feed").await.join("\n");
    assert!(!rows.contains(secret) && !rows.is_empty());
});

both_databases!(what_cannot_be_read_is_said_field_by_field, |test: TestDb| async move {
    let app = TestApp::start(test.clone()).await;
    let manager = app.manager("Z90001").await;
    let id = Uuid::now_v7().to_string();
    let typed = [
        ("id", id.as_str()),
        ("item", "voluntary-services"),
        ("service", "Spirometry for 999 000 0018"),
        ("served_on", "2026-11-21"),
        ("period", "30"),
        ("period_unit", "months"),
        ("commissioner", ""),
        ("contract", ""),
    ];
    let wrong = |page: &str| attributes(page, ".nhsuk-error-summary a", "href");
    let page = manager.form(PAGE, &typed).await.is(422).body.clone();
    assert_eq!(wrong(&page), ["#service", "#commissioner", "#contract"]);
    // Rules are held once everything that must be there can be read.
    let read = typed.map(|(name, value)| match name {
        "service" => (name, "Spirometry"),
        "commissioner" => (name, "NHS Example ICB"),
        "contract" => (name, "none"),
        _ => (name, value),
    });
    let page = manager.form(PAGE, &read).await.is(422).body.clone();
    assert_eq!(wrong(&page), ["#served_on", "#period"]);
    assert_eq!(attributes(&page, "#period", "value"), ["30"]);
    assert_eq!(number(&test, "notice").await, 0);
    assert_eq!(number(&test, "subject").await, 0);
    let early = with(pessaries(), "reply_due_on", json!("2026-11-19"));
    let refused = manager.post(API, early).await;
    assert!(refused.is(422).body.contains("\"reply_due_on\""));
    let line = manager.get(&format!("{PAGE}/last-day?served_on=2026-11-30&period=3&period_unit=months")).await;
    assert!(line.is(200).body.contains("Sunday 28 February 2027"));
});
