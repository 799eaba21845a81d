//! The ledger of outcomes over HTTP: recorded once, corrected by new rows, shown where it belongs, and nobody else's.

use headroom::domain::access::Role;
use scraper::{Html, Selector};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{
    app::{Client, TestApp},
    databases::{TestDb, both_databases},
};

const API: &str = "/api/v1/practices/Z90001/outcomes";
const PAGE: &str = "/practices/Z90001/outcomes";
const ACTIONS: &str = "/api/v1/practices/Z90001/actions";

/// Records that something is paused; the id of its subject.
async fn paused(manager: &Client, item: &str, subject: Option<&str>) -> Value {
    let mut body =
        json!({ "id": Uuid::now_v7(), "item": item, "status": "paused-since", "effective_on": "2026-11-16" });
    if let Some(name) = subject {
        body["subject_name"] = json!(name);
        body["notice_served_on"] = json!("2026-08-16");
    }
    manager.post(ACTIONS, body).await.is(201).json()["subject"].clone()
}

fn refunded(item: &str, subject: &Value) -> Value {
    json!({
        "id": Uuid::now_v7(), "item": item, "subject": subject, "responder": "NHS Example ICB",
        "response": "offered-to-re-fund", "outcome": "re-funded", "pounds_a_year": 4200, "on": "2026-11-18",
        "public": true, "public_at": "https://www.example.org/board-papers",
    })
}

fn with(mut body: Value, field: &str, value: Value) -> Value {
    body[field] = value;
    body
}

async fn listed(reader: &Client, query: &str) -> Vec<Value> {
    let all = reader.get(&format!("{API}{query}")).await.is(200).json();
    all["items"].as_array().unwrap().clone()
}

fn attributes(page: &str, selector: &str, name: &str) -> Vec<String> {
    let page = Html::parse_document(page);
    let wanted = Selector::parse(selector).unwrap();
    let found = page.select(&wanted).filter_map(|one| one.attr(name));
    found.map(str::to_owned).collect()
}

async fn number(test: &TestDb, sql: &str) -> i64 {
    test.number(&format!("SELECT count(*) FROM {sql}")).await
}

both_databases!(an_outcome_is_recorded_once_and_corrected_by_a_new_row, |test: TestDb| async move {
    let app = TestApp::start(test.clone()).await;
    let manager = app.manager("Z90001").await;
    let early = refunded("dsa-freeze", &Value::Null);
    let refused = manager.post(API, early).await;
    assert!(
        refused.is(422).body.contains("Nothing is recorded of this"),
        "an outcome stands behind what the register says"
    );
    let subject = paused(&manager, "voluntary-services", Some("Ring pessaries")).await;
    let sent = refunded("voluntary-services", &subject);
    let first = manager.post(API, sent.clone()).await.is(201).json();
    assert_eq!(first["name"], "Voluntary services: Ring pessaries");
    assert_eq!(manager.post(API, sent.clone()).await.is(200).json(), first);
    let other = with(sent.clone(), "pounds_a_year", json!(4300));
    manager.post(API, other).await.is(409);
    assert_eq!(listed(&manager, "").await, std::slice::from_ref(&first));

    app.clock.set("2026-11-23T09:00:00Z".parse().unwrap());
    let manager = app.manager("Z90001").await;
    let id = first["id"].clone();
    let changed = with(sent.clone(), "corrects", id.clone());
    let changed = with(changed, "pounds_a_year", json!(3900));
    let changed = with(changed, "id", json!(Uuid::now_v7()));
    let second = manager.post(API, changed.clone()).await.is(201).json();
    assert_eq!(manager.post(API, changed.clone()).await.is(200).json(), second);
    assert_eq!(listed(&manager, "").await, std::slice::from_ref(&second));
    assert_eq!(listed(&manager, "?on=2026-11-20").await, std::slice::from_ref(&first));
    assert_eq!(listed(&manager, "?on=2026-11-19").await, [Value::Null; 0]);
    manager.get(&format!("{API}?on=2026-11-24")).await.is(422);
    // An entry is corrected once: what comes later corrects the correction.
    let again = with(changed.clone(), "id", json!(Uuid::now_v7()));
    manager.post(API, again).await.is(409);
    paused(&manager, "dsa-freeze", None).await;
    let elsewhere = with(changed, "id", json!(Uuid::now_v7()));
    let elsewhere = with(elsewhere, "corrects", second["id"].clone());
    let moved = with(elsewhere.clone(), "item", json!("dsa-freeze"));
    let moved = with(moved, "subject", Value::Null);
    manager.post(API, moved).await.is(422);
    let error = with(elsewhere, "outcome", json!("entered-in-error"));
    manager.post(API, error).await.is(201);
    assert_eq!(listed(&manager, "").await, [Value::Null; 0]);
    let page = manager.get(PAGE).await.is(200).body.clone();
    assert!(page.contains("No outcome is recorded") && page.contains("Corrected entries"));
    assert_eq!(number(&test, "outcome").await, 3);
    let events = "audit_event WHERE event = 'outcome.recorded' AND organisation = 'Z90001'";
    assert_eq!(number(&test, events).await, 3);
    let rows = test.rows("audit_event").await.join("\n");
    assert!(!rows.contains("NHS Example ICB"), "the trail holds codes");
});

both_databases!(of_two_corrections_at_once_one_is_recorded, |test: TestDb| async move {
    let app = TestApp::start(test.clone()).await;
    let manager = app.manager("Z90001").await;
    paused(&manager, "dsa-freeze", None).await;
    let sent = refunded("dsa-freeze", &Value::Null);
    let first = manager.post(API, sent.clone()).await.is(201).json();
    let posts = (1..=6).map(|pounds| {
        let body = with(sent.clone(), "corrects", first["id"].clone());
        let body = with(body, "pounds_a_year", json!(pounds));
        manager.post(API, with(body, "id", json!(Uuid::now_v7())))
    });
    let replies = futures::future::join_all(posts).await;
    let taken = replies.iter().filter(|reply| reply.status == 201).count();
    let refused = replies.iter().filter(|reply| reply.status == 409).count();
    assert_eq!((taken, refused), (1, 5));
    assert_eq!(number(&test, "outcome").await, 2);
});

both_databases!(what_cannot_be_read_is_named_and_not_kept, |test: TestDb| async move {
    let app = TestApp::start(test.clone()).await;
    let manager = app.manager("Z90001").await;
    paused(&manager, "dsa-freeze", None).await;
    let good = refunded("dsa-freeze", &Value::Null);
    for (field, wrong) in [
        ("responder", json!("NHS number 999 000 0018")),
        ("responder", json!("")),
        ("response", json!("won")),
        ("outcome", json!("win")),
        ("outcome", json!("entered-in-error")),
        ("on", json!("2026-11-21")),
        ("on", json!("2026-02-30")),
        ("pounds_a_year", json!(4_000_000_000_u32)),
        ("public_at", json!("http://www.example.org/")),
        ("public_at", json!("javascript:alert(1)")),
        ("public_at", json!("https://www.example.org/9990000018")),
        ("subject", json!("not an id")),
    ] {
        let refused = manager.post(API, with(good.clone(), field, wrong.clone())).await;
        let named = refused.is(422).body.contains(&format!("\"{field}\""));
        assert!(named && !refused.body.contains("999"), "{}", refused.body);
    }
    let secret = with(good.clone(), "public", json!(false));
    assert!(manager.post(API, secret).await.is(422).body.contains("public_at"));
    for (field, unknown) in [("notice", Uuid::now_v7()), ("corrects", Uuid::now_v7())] {
        let body = with(good.clone(), field, json!(unknown));
        manager.post(API, body).await.is(404);
    }
    assert_eq!(number(&test, "outcome").await, 0);
    let rows = test.content_without(&[]).await.join("\n");
    assert!(!rows.contains("999 000") && !rows.contains("9990000018"));

    // A form that is refused keeps what was typed, and says so at the fields.
    let person = app.person(Role::PracticeManager, "Z90001").await;
    let id = Uuid::now_v7().to_string();
    let typed = [
        ("id", id.as_str()),
        ("about", "dsa-freeze"),
        ("responder", "NHS Example ICB"),
        ("response", ""),
        ("outcome", ""),
        ("pounds_a_year", "a lot"),
    ];
    let page = person.form(PAGE, &typed).await.is(422).body.clone();
    assert_eq!(attributes(&page, ".nhsuk-error-summary a", "href"), ["#response", "#outcome", "#pounds_a_year"]);
    assert_eq!(attributes(&page, "#responder", "value"), ["NHS Example ICB"]);
    assert_eq!(attributes(&page, "#pounds_a_year", "value"), ["a lot"]);
    assert_eq!(attributes(&page, "option[selected]", "value"), ["dsa-freeze"]);
});

both_databases!(the_pages_record_and_correct_an_outcome, |test: TestDb| async move {
    let app = TestApp::start(test.clone()).await;
    let person = app.person(Role::PracticeManager, "Z90001").await;
    let empty = person.get(&format!("{PAGE}/new")).await;
    assert!(empty.is(200).body.contains("so no outcome can be recorded"));
    let manager = app.manager("Z90001").await;
    let subject = paused(&manager, "voluntary-services", Some("Ring pessaries")).await;
    let subject = subject.as_str().unwrap();
    let item = format!("/practices/Z90001/actions/voluntary-services?subject={subject}");
    let page = person.get(&item).await.is(200).body.clone();
    let record = format!("{PAGE}/new?item=voluntary-services&subject={subject}");
    assert!(attributes(&page, "main a", "href").contains(&record), "{page}");
    let page = person.get(&record).await.is(200).body.clone();
    let about = format!("voluntary-services.{subject}");
    assert_eq!(attributes(&page, "option[selected]", "value"), std::slice::from_ref(&about));
    let id = attributes(&page, "input[name=id]", "value").remove(0);
    let typed = [
        ("id", id.as_str()),
        ("about", about.as_str()),
        ("responder", "NHS Example ICB"),
        ("response", "agreed"),
        ("outcome", "re-funded"),
        ("pounds_a_year", "£4,200"),
        ("on", "2026-11-18"),
        ("public", "yes"),
        ("public_at", "https://www.example.org/board-papers"),
    ];
    for _ in 0..2 {
        let reply = person.form(PAGE, &typed).await;
        assert_eq!(reply.is(303).location(), format!("{PAGE}?saved=1"));
    }
    let list = person.get(PAGE).await.is(200).body.clone();
    let timeline = person.get(&item).await.is(200).body.clone();
    for page in [&list, &timeline] {
        for words in ["Funded again", "NHS Example ICB: agreed", "£4,200 a year", "18 Nov 2026"] {
            assert!(page.contains(words), "{words}");
        }
        let links = attributes(page, "main a", "href");
        assert!(links.contains(&"https://www.example.org/board-papers".to_owned()));
    }
    let correct = format!("{PAGE}/{id}");
    assert!(attributes(&list, "main a", "href").contains(&correct));
    let page = person.get(&correct).await.is(200).body.clone();
    assert_eq!(attributes(&page, "input[name=corrects]", "value"), [id.as_str()]);
    assert_eq!(attributes(&page, "#pounds_a_year", "value"), ["4200"]);
    assert_eq!(attributes(&page, "input[name=about]", "value"), std::slice::from_ref(&about));
    let next = attributes(&page, "input[name=id]", "value").remove(0);
    let mut fixed = typed.to_vec();
    fixed[0].1 = &next;
    fixed.push(("corrects", &id));
    fixed[4].1 = "changed";
    person.form(PAGE, &fixed).await.is(303);
    let timeline = person.get(&item).await.is(200).body.clone();
    assert!(timeline.contains("Changed") && !timeline.contains("Funded again"));
    let stale = person.get(&correct).await;
    assert!(stale.is(200).body.contains("corrected already"));
    assert_eq!(number(&test, "outcome").await, 2);
});

both_databases!(outcomes_are_the_practices_own, |test: TestDb| async move {
    let app = TestApp::start(test.clone()).await;
    let manager = app.manager("Z90001").await;
    manager.form("/practices/Z90001/sharing", &[("share", "yes")]).await.is(303);
    paused(&manager, "dsa-freeze", None).await;
    let made = manager.post(API, refunded("dsa-freeze", &Value::Null)).await.is(201).json();
    let id = made["id"].as_str().unwrap().to_owned();
    let one = format!("{PAGE}/{id}");
    for reader in [
        app.manager("Z90002").await,
        app.token(Role::IcbAnalyst, "XDA").await,
        app.token(Role::Administrator, "england").await,
    ] {
        for path in [API, PAGE, &one, &format!("{PAGE}/new")] {
            reader.get(path).await.is(404);
        }
        let body = refunded("dsa-freeze", &Value::Null);
        reader.post(API, body).await.is(404);
    }
    // An officer whose LMC sees the practice's items is told that this is not theirs.
    let officer = app.token(Role::LmcOfficer, "east").await;
    for path in [API, PAGE, &one] {
        officer.get(path).await.is(403);
    }
    let seen = officer.get("/lmc/east/practices/Z90001").await;
    assert!(!seen.body.contains("NHS Example ICB") && !seen.body.contains("Funded again"));
    app.stranger().get(API).await.is(401);

    // Not under another practice's address either.
    let neighbour = app.manager("Z90002").await;
    neighbour.get(&format!("/practices/Z90002/outcomes/{id}")).await.is(404);
    let own =
        json!({ "id": Uuid::now_v7(), "item": "dsa-freeze", "status": "paused-since", "effective_on": "2026-11-16" });
    neighbour.post("/api/v1/practices/Z90002/actions", own).await.is(201);
    let theirs = with(refunded("dsa-freeze", &Value::Null), "corrects", json!(id));
    neighbour.post("/api/v1/practices/Z90002/outcomes", theirs).await.is(404);
    assert_eq!(number(&test, "outcome").await, 1);
});

both_databases!(what_still_pauses_is_asked_about_until_it_is_said, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let manager = app.manager("Z90001").await;
    let asks = async |manager: &Client| {
        let page = manager.get("/practices/Z90001").await.is(200).body.clone();
        let line = "Outcome of Voluntary services: Ring pessaries: Funded again. The register says “Ended”.";
        let fragment = manager.get("/practices/Z90001/week/register").await;
        assert_eq!(fragment.is(200).body.contains(line), page.contains(line));
        page.contains(line)
    };
    let subject = paused(&manager, "voluntary-services", Some("Ring pessaries")).await;
    let open = with(refunded("voluntary-services", &subject), "outcome", json!("still-open"));
    let first = manager.post(API, open.clone()).await.is(201).json();
    assert!(!asks(&manager).await, "what is open asks nothing");
    let funded = with(refunded("voluntary-services", &subject), "corrects", first["id"].clone());
    manager.post(API, funded).await.is(201);
    assert!(asks(&manager).await);
    let page = manager.get("/practices/Z90001").await.body;
    let item = format!("/practices/Z90001/actions/voluntary-services?subject={}", subject.as_str().unwrap());
    assert!(attributes(&page, "main a", "href").contains(&item));

    // Recorded as paused again, after that was known: it is an answer, and nobody asks twice.
    app.clock.set("2026-11-20T12:05:00Z".parse().unwrap());
    let manager = app.manager("Z90001").await;
    paused(&manager, "voluntary-services", Some("Ring pessaries")).await;
    assert!(!asks(&manager).await);
    app.clock.set("2026-11-20T12:10:00Z".parse().unwrap());
    let manager = app.manager("Z90001").await;
    manager.post(API, refunded("voluntary-services", &subject)).await.is(201);
    assert!(asks(&manager).await, "a later outcome asks anew");
    let restart = json!({ "id": Uuid::now_v7(), "item": "voluntary-services", "subject_name": "Ring pessaries",
            "status": "restarted", "effective_on": "2026-11-20" });
    manager.post(ACTIONS, restart).await.is(201);
    assert!(!asks(&manager).await);
});
