//! What conflicts with the contract: recorded, with what remains obligatory shown and kept, and it goes no further than
//! the practice's own history. Of every item of the menu, for any of them may conflict one day.

use std::collections::BTreeSet;

use headroom::{
    domain::{
        access::Role,
        catalogue::{Catalogue, PositionKind},
        disclosure::Period,
        letter::book::LetterBook,
    },
    jobs,
    store::catalogue::{self, Imported},
};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{
    app::{Client, TestApp, now},
    databases::{TestDb, both_databases},
};

const ENGLAND: &str = include_str!("../../src/assets/catalogue/england.json");
const API: &str = "/api/v1/practices/Z90001/actions";
/// What the edition of this test adds to each title, so that it is found wherever it is shown.
const MARK: &str = "Quillfeather";

/// Every page and answer by which anything leaves a practice that shares, or could.
const OUTSIDE: [&str; 7] = [
    "/api/v1/areas/lmc/east/status",
    "/lmc/east",
    "/lmc/east/status",
    "/lmc/east/practices",
    "/lmc/east/practices/Z90001",
    "/lmc/east/practices/Z90001/telephone",
    "/lmc/east/letters",
];

fn guard_rail(code: &str) -> String {
    format!("The part of {code} in the core contract remains.")
}

/// Imports an edition in which every item of the menu conflicts, and the same again after the built-in edition of
/// December; their codes, and which of them have subjects.
async fn everything_conflicts(app: &TestApp) -> Vec<(String, bool)> {
    all_conflict(app, "england-2026-12-02", "2026-12-02").await;
    all_conflict(app, "england-2026-11-02", "2026-11-02").await
}

async fn all_conflict(app: &TestApp, edition: &str, from: &str) -> Vec<(String, bool)> {
    let mut file: Value = serde_json::from_str(ENGLAND).unwrap();
    file["edition"] = json!(edition);
    file["valid_from"] = json!(from);
    let mut codes = Vec::new();
    for item in file["items"].as_array_mut().unwrap() {
        let code = item["code"].as_str().unwrap().to_owned();
        item["title"] = json!(format!("{MARK} {code}"));
        item["area_title"] = json!(format!("{MARK} {code}"));
        item["valid_from"] = json!(from);
        item["positions"] = json!([{
            "from": from, "position": "conflicts", "guard_rail": guard_rail(&code),
            "source": "an invented contract", "checked_on": "2026-11-02",
        }]);
        let item = item.as_object_mut().unwrap();
        item.insert("published".to_owned(), json!(false));
        item.remove("series_order");
        item.remove("valid_until");
        codes.push((code, item["subject"] != "practice"));
    }
    let new = Imported {
        edition: edition.to_owned(),
        jurisdiction: "England".to_owned(),
        valid_from: from.parse().unwrap(),
        body: file.to_string(),
        digest: String::new(),
    };
    Catalogue::parse(&new.body).unwrap();
    catalogue::append(app.test.db.schema(), new, Uuid::nil(), now()).await.unwrap();
    codes
}

async fn record(manager: &Client, code: &str, has_subjects: bool) -> Value {
    let mut body = json!({
        "id": Uuid::now_v7(), "item": code, "status": "paused-since", "effective_on": "2026-11-16",
    });
    if has_subjects {
        body["subject_name"] = json!("Brackenfold");
    }
    if code == "dsa-withdraw" {
        body["exclusively_secondary"] = json!(true);
    }
    manager.post(API, body).await.is(201).json()
}

both_databases!(whatever_conflicts_is_kept_by_the_practice_and_goes_no_further, |test: TestDb| async move {
    let app = TestApp::start(test).await;
    let codes = everything_conflicts(&app).await;
    assert!(codes.len() >= 13);
    let manager = app.manager("Z90001").await;
    let person = app.person(Role::PracticeManager, "Z90001").await;
    let share = [("share", "yes")];
    person.form("/practices/Z90001/sharing", &share).await.is(303);
    for (code, has_subjects) in &codes {
        // Shown before anything is saved.
        let page = format!("/practices/Z90001/actions/{code}");
        let before = person.get(&page).await.is(200).body.clone();
        assert!(before.contains(&guard_rail(code)) && before.contains("Conflicts with the contract"), "{code}");
        let recorded = record(&manager, code, *has_subjects).await;
        assert_eq!(recorded["position"]["position"], "conflicts", "{code}");
        // Kept as it was shown.
        let kept = format!(
            "SELECT count(*) FROM action_status WHERE item = '{code}' AND position = 'conflicts' AND guard_rail = '{}'",
            guard_rail(code)
        );
        assert_eq!(app.test.number(&kept).await, 1, "{code}");
        let own = match recorded["subject"].as_str() {
            Some(subject) => format!("{page}?subject={subject}"),
            None => page,
        };
        let own = person.get(&own).await;
        assert!(own.is(200).body.contains(&guard_rail(code)), "{code}");
    }
    let register = person.get("/practices/Z90001/actions").await;
    assert!(register.is(200).body.contains(MARK));

    no_letter(&person, &manager, &codes).await;
    let officer = app.person(Role::LmcOfficer, "east").await;
    for path in OUTSIDE {
        let said = officer.get(path).await.is(200).body.clone();
        assert!(!said.contains(MARK) && !said.contains("Brackenfold"), "{path}");
    }
    // Nor what the preview promises the practice.
    let preview = person.get("/practices/Z90001/sharing").await;
    assert!(!preview.is(200).body.contains(MARK));
    no_release(&app).await;
});

/// No letter about any of them can be begun or recorded, in a book that has letters about most.
async fn no_letter(person: &Client, manager: &Client, codes: &[(String, bool)]) {
    let list = person.get("/practices/Z90001/letters").await.is(200).body.clone();
    let mut about = BTreeSet::new();
    for kind in &LetterBook::built_in().unwrap().kinds {
        let Some(item) = &kind.item else { continue };
        about.insert(item.to_string());
        assert!(!list.contains(&kind.title), "{}", kind.code);
        let body = json!({
            "id": Uuid::now_v7(), "kind": kind.code, "fields": {}, "sent_on": "2026-11-20", "how": "email",
        });
        let path = "/api/v1/practices/Z90001/letters";
        manager.post(path, body).await.is(409);
    }
    assert!(about.len() >= 6);
    assert!(about.iter().all(|item| codes.iter().any(|(code, _)| code == item)));
}

/// Not counted anywhere, not even as something recorded; and no release has a word of it.
async fn no_release(app: &TestApp) {
    let period = Period::new(2026, 10).unwrap();
    app.clock.set(period.due_at());
    let acting = jobs::releases::acting(&app.state, period).await.unwrap();
    assert!(acting.is_empty(), "{acting:?}");
    assert_eq!(jobs::releases::make_due(&app.state).await.unwrap(), [10]);
    let analyst = app.token(Role::IcbAnalyst, "XDA").await;
    for file in ["/releases/10.json", "/releases/10.csv"] {
        let release = analyst.get(file).await;
        let said = &release.is(200).body;
        for word in [MARK, "Brackenfold", "gp-connect-update-record"] {
            assert!(!said.contains(word), "{file} {word}");
        }
    }
}

#[test]
fn one_item_of_todays_menu_conflicts() {
    let today = "2026-11-20".parse().unwrap();
    let conflicting: Vec<&str> = Catalogue::built_in()
        .unwrap()
        .items_on(today)
        .filter(|item| item.position_on(today).kind == PositionKind::Conflicts)
        .map(|item| item.code.as_str())
        .collect();
    assert_eq!(conflicting, ["gp-connect-update-record"]);
}
