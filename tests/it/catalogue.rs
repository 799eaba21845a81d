//! Editions of the catalogue: imported beside a running service and used at once, refused with the place of every mistake.

use std::{
    fs,
    path::PathBuf,
    process::{Command, Stdio},
    time::Instant,
};

use headroom::{
    domain::{access::Role, catalogue::Catalogue},
    jobs,
};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{
    app::TestApp,
    databases::{TestDb, both_databases},
};

const ENGLAND: &str = include_str!("../../src/assets/catalogue/england.json");
const LATER: &str = include_str!("../data/catalogue/england-2026-11-16.json");
const NORTHERN_IRELAND: &str = include_str!("../data/catalogue/northern-ireland-2025.json");
const SCHEMA: &str = include_str!("../../docs/catalogue.schema.json");
const NEW: &str = "dsa-review-letter-2";

/// Whoever holds the machine, with a folder for files.
struct Desk {
    folder: tempfile::TempDir,
    url: String,
}

/// What a command did.
#[derive(Debug)]
struct Done {
    code: Option<i32>,
    out: String,
    err: String,
}

impl Done {
    #[track_caller]
    fn is(&self, code: i32) -> &Self {
        assert_eq!(self.code, Some(code), "{self:?}");
        self
    }

    #[track_caller]
    fn says(&self, text: &str) -> &Self {
        let all = format!("{}{}", self.out, self.err);
        assert!(all.contains(text), "{text:?} in {all}");
        self
    }
}

impl Desk {
    fn at(test: &TestDb) -> Self {
        Self { folder: tempfile::tempdir().unwrap(), url: test.place.describe() }
    }

    fn file(&self, text: &str) -> PathBuf {
        let file = self.folder.path().join(format!("{}.json", Uuid::now_v7()));
        fs::write(&file, text).unwrap();
        file
    }

    fn run(&self, words: &[&str]) -> Done {
        let done = Command::new(env!("CARGO_BIN_EXE_headroom"))
            .arg("catalogue")
            .args(words)
            .env_clear()
            .env("HEADROOM_DATA", self.folder.path())
            .env("DATABASE_URL", &self.url)
            .env("HEADROOM_LOG", "warn")
            .stdin(Stdio::null())
            .output()
            .unwrap();
        Done {
            code: done.status.code(),
            out: String::from_utf8(done.stdout).unwrap(),
            err: String::from_utf8(done.stderr).unwrap(),
        }
    }

    fn with(&self, what: &str, text: &str) -> Done {
        self.run(&[what, self.file(text).to_str().unwrap()])
    }
}

/// Takes in an edition that must be fine.
pub(crate) fn import(database: &TestDb, edition: &str) {
    Desk::at(database).with("import", edition).is(0);
}

fn changed(text: &str, change: impl FnOnce(&mut Value)) -> String {
    let mut file: Value = serde_json::from_str(text).unwrap();
    change(&mut file);
    file.to_string()
}

both_databases!(an_imported_action_is_usable_everywhere_without_a_restart, |test: TestDb| async move {
    let app = TestApp::start(test.clone()).await;
    let desk = Desk::at(&test);
    let manager = app.manager("Z90001").await;
    let actions = "/api/v1/practices/Z90001/actions";
    let body = |item: &str| json!({ "id": Uuid::now_v7(), "item": item, "status": "paused-since", "effective_on": "2026-11-17" });
    manager.post(actions, body(NEW)).await.is(422);
    manager.get(&format!("/practices/Z90001/actions/{NEW}")).await.is(404);
    let mut before = body("advice-and-guidance");
    before["subject_name"] = json!("Dermatology");
    let before = manager.post(actions, before).await.is(201).json();
    assert_eq!(before["recorded"]["edition"], "england-2025-04");

    desk.with("import", LATER).is(0).says("4 items, in force from 16 November 2026");

    // The register's pages.
    let page = manager.get("/practices/Z90001/actions").await;
    for title in [
        "Second data-sharing letter",
        "Network enhanced access",
        "Schemes of the network",
        "Advice before referral: Dermatology",
    ] {
        assert!(page.is(200).body.contains(title), "{title}");
    }
    let page = manager.get(&format!("/practices/Z90001/actions/{NEW}")).await;
    assert!(page.is(200).body.contains("It follows <a"), "{}", page.body);
    let page = manager.get("/practices/Z90001/actions/network-enhanced-access").await;
    assert!(page.is(200).body.contains("notice_served_on"));
    // What was recorded before keeps its words, and its edition.
    let subject = before["subject"].as_str().unwrap();
    let page = manager.get(&format!("/practices/Z90001/actions/advice-and-guidance?subject={subject}")).await;
    let text = page.is(200).body.clone();
    assert!(text.contains("Paused, except where it helps<br>"), "{text}");
    assert!(text.contains("Not used, except where it helps"), "the words of today's form");
    // The API.
    let added = manager.post(actions, body(NEW)).await.is(201).json();
    assert_eq!(added["recorded"]["edition"], "england-2026-11-16");
    let mut served = body("network-enhanced-access");
    served["subject_name"] = json!("Saturday clinics");
    manager.post(actions, served).await.is(201);
    let all = manager.get(actions).await.is(200).json();
    assert_eq!(all["edition"], "england-2026-11-16");
    let item = |code: &str| all["items"].as_array().unwrap().iter().find(|item| item["item"] == code).unwrap().clone();
    assert_eq!(item(NEW)["status"]["status"], "paused-since");
    assert_eq!(item(NEW)["follows"], "dsa-review-letter");
    assert_eq!(item("advice-and-guidance")["edition"], "england-2026-11-16");
    assert_eq!(item("advice-and-guidance")["subjects"][0]["status"]["edition"], "england-2025-04");
    assert_eq!(item("dsa-freeze")["edition"], "england-2026-11");
    let past = manager.get(&format!("{actions}?on=2026-11-15")).await.is(200).json();
    assert_eq!(past["edition"], "england-2026-10");
    assert!(!past.to_string().contains(NEW) && past.to_string().contains("\"Advice & Guidance\""));
    // The weekly return, and the LMC's status page once the practice shares.
    let person = app.person(Role::PracticeManager, "Z90001").await;
    let week = person.get("/practices/Z90001").await;
    assert!(week.is(200).body.contains("Second data-sharing letter"));
    person.form("/practices/Z90001/sharing", &[("share", "yes")]).await.is(303);
    let officer = app.person(Role::LmcOfficer, "east").await;
    let area = officer.get("/lmc/east").await;
    assert!(area.is(200).body.contains("Second data-sharing letter sent"));
    let one = officer.get("/lmc/east/practices/Z90001").await;
    assert!(one.is(200).body.contains("Second data-sharing letter"));
    // A release has the menu as it is when it is made.
    jobs::releases::make_due(&app.state).await.unwrap();
    let analyst = app.token(Role::IcbAnalyst, "XDA").await;
    assert!(analyst.get("/releases/9.json").await.is(200).body.contains(NEW));
});

both_databases!(an_edition_is_taken_in_once_and_never_changed, |test: TestDb| async move {
    let desk = Desk::at(&test);
    let rows = async || test.number("SELECT count(*) FROM catalogue_edition").await;
    let events = async || test.number("SELECT count(*) FROM audit_event WHERE event = 'catalogue.imported'").await;
    desk.with("import", ENGLAND).is(0).says("already there");
    desk.with("diff", LATER)
        .is(0)
        .says("Renamed from 16 November 2026: Advice & Guidance (advice-and-guidance) becomes Advice before referral")
        .says("Added: Second data-sharing letter (dsa-review-letter-2) from 16 November 2026")
        .says("Not in this edition and kept as they are: 14");
    assert_eq!((rows().await, events().await), (0, 0));
    desk.with("import", LATER).is(0);
    desk.with("import", LATER).is(0).says("already there. No change.");
    desk.with("diff", LATER).is(0).says("It would change nothing.");
    let other = changed(LATER, |file| {
        file["items"][0]["title"] = json!("Another name");
    });
    desk.with("import", &other).is(1).says("an edition never changes").says("nothing was imported");
    let other = changed(ENGLAND, |file| {
        file["items"][0]["title"] = json!("Another name");
    });
    desk.with("import", &other).is(1).says("an edition never changes");
    desk.with("import", NORTHERN_IRELAND).is(0).says("It is for Northern Ireland and kept");
    assert_eq!((rows().await, events().await), (2, 2));
    assert_eq!(desk.run(&["export", "england-2026-11-16"]).is(0).out, LATER);
    assert_eq!(desk.run(&["export", "england-2026-11"]).is(0).out, ENGLAND);
    assert_eq!(desk.run(&["export", "northern-ireland-2025"]).is(0).out, NORTHERN_IRELAND);
    desk.run(&["export", "nowhere"]).is(1).says("england-2026-11, ");
});

both_databases!(an_invalid_edition_is_refused_with_every_mistake_and_its_place, |test: TestDb| async move {
    let desk = Desk::at(&test);
    let wrong = changed(LATER, |file| {
        file["items"][0]["title"] = json!("");
        file["items"][1]["positions"][0]["source"] = json!(" ");
    });
    desk.with("import", &wrong)
        .is(1)
        .says("items[0].title: is empty")
        .says("items[1].positions[0].source: is empty")
        .says("nothing was imported");
    let shape = changed(LATER, |file| file["items"][2]["colour"] = json!("red"));
    desk.with("import", &shape).is(1).says("items[2].colour: unknown field");
    let clash = changed(LATER, |file| {
        file["items"][0]["subject"] = json!("service");
        file["items"][1]["series_order"] = json!(3);
        file["items"][1]["follows"] = json!("nothing");
    });
    for what in ["import", "diff"] {
        desk.with(what, &clash)
            .is(1)
            .says("items[0].subject: is service, and in england-2025-04 it is pathway")
            .says("items[1].follows: no item has the code nothing")
            .says("items[1].series_order: 3 is already the place of voluntary-services");
    }
    assert_eq!(test.number("SELECT count(*) FROM catalogue_edition").await, 0);
    assert_eq!(test.number("SELECT count(*) FROM audit_event").await, 0);
});

both_databases!(a_catalogue_of_five_hundred_items_opens_quickly, |test: TestDb| async move {
    let app = TestApp::start(test.clone()).await;
    let desk = Desk::at(&test);
    let many = changed(LATER, |file| {
        file["edition"] = json!("england-many");
        let mut item = file["items"][1].clone();
        item["published"] = json!(false);
        item.as_object_mut().unwrap().remove("series_order");
        let items = (1..=500).map(|n| {
            let mut item = item.clone();
            item["code"] = json!(format!("item-{n}"));
            item["title"] = json!(format!("Item {n}"));
            item
        });
        file["items"] = items.collect();
    });
    desk.with("import", &many).is(0).says("500 items");
    let manager = app.manager("Z90001").await;
    for n in 1..=100 {
        let body = json!({ "id": Uuid::now_v7(), "item": format!("item-{n}"), "status": "paused-since", "effective_on": "2026-11-17" });
        manager.post("/api/v1/practices/Z90001/actions", body).await.is(201);
    }
    let mut best = u128::MAX;
    // Beside other tests the machine may be busy for a while; the page itself is as quick as its quickest answer.
    for _ in 0..40 {
        let start = Instant::now();
        let page = manager.get("/practices/Z90001/actions").await;
        assert!(page.is(200).body.contains("Item 500"));
        best = best.min(start.elapsed().as_millis());
        if best < 400 {
            break;
        }
    }
    println!("register of 513 items: {best} ms");
    assert!(best < 400, "{best} ms; 50 ms is promised of a release build");
});

/// What a value breaks of a schema, for the words of JSON Schema that ours uses; an unknown word is a failure.
fn broken(schema: &Value, root: &Value, value: &Value) -> bool {
    schema.as_object().unwrap().iter().any(|(word, rule)| {
        let text = value.as_str();
        let each = value.as_array();
        let fields = value.as_object();
        let names = |rule: &Value| rule.as_array().unwrap().clone();
        match word.as_str() {
            "$schema" | "$defs" | "title" | "description" => false,
            "$ref" => broken(root.pointer(&rule.as_str().unwrap()[1..]).unwrap(), root, value),
            "anyOf" => names(rule).iter().all(|one| broken(one, root, value)),
            "const" => value != rule,
            "enum" => !names(rule).contains(value),
            "type" => {
                let types = if rule.is_array() { names(rule) } else { vec![rule.clone()] };
                !types.iter().any(|kind| match kind.as_str().unwrap() {
                    "object" => value.is_object(),
                    "array" => value.is_array(),
                    "string" => value.is_string(),
                    "boolean" => value.is_boolean(),
                    "integer" => value.is_u64(),
                    "null" => value.is_null(),
                    other => panic!("type {other}"),
                })
            }
            "required" => {
                names(rule).iter().any(|name| fields.is_some_and(|fields| !fields.contains_key(name.as_str().unwrap())))
            }
            "properties" => fields.is_some_and(|fields| {
                fields.iter().any(|(name, value)| rule.get(name).is_some_and(|rule| broken(rule, root, value)))
            }),
            "additionalProperties" => {
                fields.is_some_and(|fields| fields.keys().any(|name| schema["properties"].get(name).is_none()))
            }
            "items" => each.is_some_and(|each| each.iter().any(|value| broken(rule, root, value))),
            "minItems" => each.is_some_and(|each| (each.len() as u64) < rule.as_u64().unwrap()),
            "uniqueItems" => each.is_some_and(|each| each.iter().enumerate().any(|(i, one)| each[..i].contains(one))),
            "maxLength" => text.is_some_and(|text| text.chars().count() as u64 > rule.as_u64().unwrap()),
            "minimum" => value.as_u64().is_some_and(|n| n < rule.as_u64().unwrap()),
            "maximum" => value.as_u64().is_some_and(|n| n > rule.as_u64().unwrap()),
            "pattern" => text.is_some_and(|text| !matches(rule.as_str().unwrap(), text)),
            other => panic!("the schema says {other}, which this test does not know"),
        }
    })
}

fn matches(pattern: &str, text: &str) -> bool {
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    match pattern {
        r"\S" => !text.trim().is_empty(),
        "^[a-z0-9-]{1,60}$" => {
            (1..=60).contains(&text.len())
                && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
        }
        "^[0-9]{4}-[0-9]{2}-[0-9]{2}$" => {
            let parts: Vec<&str> = text.split('-').collect();
            parts.iter().map(|part| part.len()).eq([4, 2, 2]) && parts.iter().all(|part| digits(part))
        }
        other => panic!("pattern {other}"),
    }
}

/// Taken away, and values of every shape.
fn wrongs() -> Vec<Option<Value>> {
    let values = [json!("?!"), json!(-1), json!([]), json!({}), json!(""), json!("é".repeat(601))];
    [None].into_iter().chain(values.map(Some)).collect()
}

#[test]
fn the_schema_takes_what_the_parser_takes_and_refuses_the_shapes_it_refuses() {
    let schema: Value = serde_json::from_str(SCHEMA).unwrap();
    let refuses = |text: &str| broken(&schema, &schema, &serde_json::from_str(text).unwrap());
    for file in [ENGLAND, LATER, NORTHERN_IRELAND] {
        assert!(!refuses(file));
        assert!(Catalogue::parse(file).is_ok());
    }
    // Each field of the richest item taken away or replaced: what one refuses, the other refuses.
    let pointers = [
        "",
        "/items/1",
        "/items/1/statuses",
        "/items/1/statuses/running",
        "/items/1/positions/0",
        "/items/1/policies/0",
        "/items/2",
        "/items/0/menu",
    ];
    let mut tried = 0;
    for pointer in pointers {
        let whole: Value = serde_json::from_str(LATER).unwrap();
        let fields: Vec<String> = whole.pointer(pointer).unwrap().as_object().unwrap().keys().cloned().collect();
        for field in fields {
            for wrong in wrongs() {
                let text = changed(LATER, |file| {
                    let part = file.pointer_mut(pointer).unwrap().as_object_mut().unwrap();
                    match &wrong {
                        None => drop(part.remove(&field)),
                        Some(value) => drop(part.insert(field.clone(), value.clone())),
                    }
                });
                let by_rule = ["series_order", "subject_word"].contains(&field.as_str()) && wrong.is_none();
                if !by_rule {
                    assert_eq!(refuses(&text), Catalogue::parse(&text).is_err(), "{pointer}/{field} = {wrong:?}");
                    tried += 1;
                }
            }
        }
        let text = changed(LATER, |file| {
            let part = file.pointer_mut(pointer).unwrap().as_object_mut().unwrap();
            part.insert("colour".to_owned(), json!("red"));
        });
        assert!(refuses(&text) && Catalogue::parse(&text).is_err(), "{pointer}");
    }
    assert!(tried > 150, "{tried}");
}
