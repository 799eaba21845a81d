//! Items that an LMC adds for its practices: recorded, counted and listed in its area, named elsewhere, released nowhere.

use headroom::{domain::access::Role, jobs, store::organisations};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    areas::{record, share},
    support::{
        app::{Client, TestApp},
        databases::{TestDb, both_databases},
    },
};

const API: &str = "/api/v1/areas/lmc/east/local-items";
const PAGE: &str = "/lmc/east/local-items";
const TITLE: &str = "Bloods for the eye clinic";

fn bloods() -> Value {
    json!({
        "id": Uuid::now_v7(), "title": TITLE, "plain": "Taking blood that the eye clinic asks for.", "subject": "practice",
        "position": "permitted", "guard_rail": "What the practice orders itself it follows up.",
        "source": "https://example.org/agreement.pdf", "valid_from": "2026-11-01"
    })
}

async fn added(officer: &Client, body: Value) -> String {
    officer.post(API, body).await.is(201).json()["item"].as_str().unwrap().to_owned()
}

fn paused(item: &str) -> Value {
    json!({ "item": item, "status": "paused-since", "effective_on": "2026-11-16" })
}

both_databases!(three_practices_use_an_item_of_their_lmc_and_no_release_has_it, |test: TestDb| async move {
    let app = TestApp::start(test.clone()).await;
    let officer = app.token(Role::LmcOfficer, "east").await;
    let series = app.state.catalogue().await.unwrap();
    let item = added(&officer, bloods()).await;
    for practice in ["Z90001", "Z90002", "Z90003"] {
        record(&app, practice, paused(&item)).await;
        share(&app, practice, "yes").await;
    }
    // The practice has it in its register with what stays obligatory; its LMC counts it and lists who takes it.
    let manager = app.person(Role::PracticeManager, "Z90001").await;
    let register = manager.get("/practices/Z90001/actions").await;
    assert!(register.is(200).body.contains(TITLE) && register.body.contains("Taking it"), "{}", register.body);
    let page = manager.get(&format!("/practices/Z90001/actions/{item}")).await;
    for said in ["Your LMC added this item", "What the practice orders itself it follows up.", "agreement.pdf"] {
        assert!(page.is(200).body.contains(said), "{said}: {}", page.body);
    }
    let desk = app.person(Role::LmcOfficer, "east").await;
    assert!(desk.get("/lmc/east").await.is(200).body.contains(TITLE));
    let list = desk.get(&format!("/lmc/east/practices?item={item}&stands=acts")).await;
    for n in 1..=4 {
        assert_eq!(list.is(200).body.contains(&format!("Invented Surgery {n}<")), n < 4, "{n}: {}", list.body);
    }
    let status = officer.get("/api/v1/areas/lmc/east/status").await.is(200).json();
    let found = status["items"].as_array().unwrap().iter().find(|one| one["code"] == *item).cloned();
    assert_eq!(found.map(|one| one["acting"].clone()), Some(json!(3)), "{status}");
    // Nobody beyond that area is offered it.
    let neighbour = app.person(Role::PracticeManager, "Z90025").await;
    assert!(!neighbour.get("/practices/Z90025/actions").await.is(200).body.contains(TITLE));
    let program = app.manager("Z90025").await;
    let mut foreign = paused(&item);
    foreign["id"] = json!(Uuid::now_v7());
    program.post("/api/v1/practices/Z90025/actions", foreign).await.is(422);
    let west = app.person(Role::LmcOfficer, "west").await;
    assert!(!west.get("/lmc/west").await.is(200).body.contains(TITLE));
    // Releases are of the national menu: what is published, and every word that is kept of it.
    assert_eq!(*app.state.catalogue().await.unwrap(), *series);
    jobs::releases::make_due(&app.state).await.unwrap();
    let analyst = app.token(Role::IcbAnalyst, "XDA").await;
    for path in ["/releases/9", "/releases/9.csv", "/releases/9.json", "/api/v1/areas/england/status"] {
        let body = analyst.get(path).await.is(200).body.clone();
        assert!(!body.contains(TITLE) && !body.contains(&item), "{path}");
    }
    for table in ["release", "release_file", "release_frame"] {
        let rows = test.rows(table).await.join("\n");
        assert!(!rows.contains(TITLE) && !rows.contains(&item), "{table}");
    }
});

both_databases!(an_item_is_changed_ended_and_keeps_its_words_where_a_practice_moved, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let officer = app.token(Role::LmcOfficer, "east").await;
    let first = bloods();
    let item = added(&officer, first.clone()).await;
    // The same again is the same; the same id with other words is refused.
    assert_eq!(officer.post(API, first.clone()).await.is(200).json()["version"], 1);
    let mut other = first.clone();
    other["plain"] = json!("Something else.");
    officer.post(API, other).await.is(409);
    record(&app, "Z90001", paused(&item)).await;
    let change = |after: i32, title: &str| {
        let mut body = bloods();
        (body["item"], body["after"], body["title"]) = (json!(item), json!(after), json!(title));
        body
    };
    assert_eq!(officer.post(API, change(1, "Bloods for eyes")).await.is(201).json()["version"], 2);
    officer.post(API, change(1, "Bloods for nobody")).await.is(409);
    let manager = app.person(Role::PracticeManager, "Z90001").await;
    let page = manager.get(&format!("/practices/Z90001/actions/{item}")).await;
    assert!(page.is(200).body.contains("Bloods for eyes"), "{}", page.body);
    // It ends: off the list, and its history stays.
    let mut last = change(2, "Bloods for eyes");
    last["valid_until"] = json!("2026-11-19");
    officer.post(API, last).await.is(201);
    let body = manager.get("/practices/Z90001/actions").await.is(200).body.clone();
    assert!(!body.contains("Bloods for eyes"), "{body}");
    manager.get(&format!("/practices/Z90001/actions/{item}")).await.is(200);
    let mut late = paused(&item);
    (late["id"], late["effective_on"]) = (json!(Uuid::now_v7()), json!("2026-11-20"));
    app.manager("Z90001").await.post("/api/v1/practices/Z90001/actions", late).await.is(422);
    // The practice comes to another LMC: what it recorded is named, and nothing of it is counted there.
    share(&app, "Z90001", "yes").await;
    moved_to_west(&app).await;
    let happened = manager.get("/organisations/Z90001/happened").await;
    assert!(happened.is(200).body.contains("Bloods for eyes"), "{}", happened.body);
    let west = app.person(Role::LmcOfficer, "west").await;
    for path in ["/lmc/west", "/lmc/west/practices", "/lmc/west/practices/Z90001"] {
        let page = west.get(path).await;
        assert!(!page.body.contains("Bloods"), "{path}: {}", page.body);
    }
});

/// From today on `Z90001` belongs to the other LMC.
async fn moved_to_west(app: &TestApp) {
    use headroom::domain::organisation::{Dated, Fact, OrganisationKind};
    let fact = Dated {
        code: "Z90001".parse().unwrap(),
        kind: OrganisationKind::Practice,
        effective_on: "2026-11-20".parse().unwrap(),
        recorded_at: app.clock.now(),
        fact: Fact::Parent { kind: OrganisationKind::Lmc, code: Some("west".parse().unwrap()) },
    };
    let import = organisations::Import { source: "test", effective_on: fact.effective_on, file_sha256: String::new() };
    organisations::append(app.test.db.schema(), &import, &[fact], app.clock.now()).await.unwrap();
}

both_databases!(
    what_cannot_be_an_item_is_told_beside_its_field_and_nobody_else_writes_one,
    |test: TestDb| async move {
        let app = TestApp::start(test.clone()).await;
        let officer = app.token(Role::LmcOfficer, "east").await;
        let item = added(&officer, bloods()).await;
        let (rows, events) =
            ("SELECT count(*) FROM local_item", "SELECT count(*) FROM audit_event WHERE event = 'local_item.added'");
        for (field, value) in [
            ("title", json!("")),
            ("title", json!("x".repeat(61))),
            ("title", json!("bLOODS for the eye clinic")),
            ("plain", json!("Mrs Ann Example came with her husband")),
            ("subject", json!("network-scheme")),
            ("position", json!("conflicts")),
            ("guard_rail", json!("")),
            ("valid_until", json!("2026-10-31")),
            ("item", json!("dsa-freeze")),
            ("item", json!("local-00000000000000000000000000000001")),
        ] {
            let mut body = bloods();
            if field != "title" {
                body["title"] = json!("Another");
            }
            body[field] = value;
            let problem = officer.post(API, body).await.is(422).json();
            let errors = problem["errors"].as_array().unwrap();
            assert!(errors.iter().any(|error| error["field"] == field), "{field}: {problem}");
        }
        let mut other = bloods();
        (other["item"], other["after"], other["subject"]) = (json!(item), json!(1), json!("service"));
        let problem = officer.post(API, other).await.is(422).json();
        assert_eq!(problem["errors"][0]["field"], "subject");
        // On the page what was typed is kept beside the sentence.
        let desk = app.person(Role::LmcOfficer, "east").await;
        let page =
            desk.form(PAGE, &[("id", &Uuid::now_v7().to_string()), ("title", "Ear syringing"), ("plain", "")]).await;
        assert!(page.is(422).body.contains("value=\"Ear syringing\""), "{}", page.body);
        assert!(page.body.contains("Say what it is, in a sentence"), "{}", page.body);
        // Strangers, practices, another LMC, analysts.
        for (who, status) in [
            (app.stranger(), 401),
            (app.token(Role::LmcOfficer, "west").await, 404),
            (app.manager("Z90001").await, 404),
            (app.token(Role::IcbAnalyst, "XDA").await, 404),
        ] {
            who.post(API, bloods()).await.is(status);
            who.get(API).await.is(status);
        }
        let west = app.token(Role::LmcOfficer, "west").await;
        let mut theirs = bloods();
        (theirs["item"], theirs["after"]) = (json!(item), json!(1));
        west.post("/api/v1/areas/lmc/west/local-items", theirs).await.is(422);
        let neighbour = app.person(Role::LmcOfficer, "west").await;
        neighbour.get(&format!("/lmc/west/local-items/{item}")).await.is(404);
        assert_eq!((test.number(rows).await, test.number(events).await), (1, 1));
    }
);

both_databases!(notice_is_served_on_a_service_that_the_lmc_named, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let officer = app.token(Role::LmcOfficer, "east").await;
    let mut service = bloods();
    (service["subject"], service["title"]) = (json!("service"), json!("Work for the eye department"));
    let item = added(&officer, service).await;
    let notice = json!({ "id": Uuid::now_v7(), "item": item, "service": "Bloods before injections", "served_on": "2026-11-16",
        "period": 3, "period_unit": "months", "commissioner": "Eye department of Wyrevale Infirmary", "contract": "unsigned",
        "funded": false });
    let manager = app.manager("Z90001").await;
    manager.post("/api/v1/practices/Z90001/notices", notice.clone()).await.is(201);
    let page = app.person(Role::PracticeManager, "Z90001").await.get("/practices/Z90001/notices").await;
    assert!(page.is(200).body.contains("Bloods before injections"), "{}", page.body);
    // One of another area serves none on it.
    let mut foreign = notice;
    foreign["id"] = json!(Uuid::now_v7());
    app.manager("Z90025").await.post("/api/v1/practices/Z90025/notices", foreign).await.is(422);
});
