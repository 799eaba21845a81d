//! Whoever records it and however, a row of the register keeps the words of the day it is about.

use headroom::{
    domain::{access::Role, catalogue::Catalogue},
    store::catalogue::{self, Imported},
};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    spreadsheet::{Book, Put, confirm, download, fields, upload},
    support::{
        app::{Client, TestApp, now},
        databases::{TestDb, both_databases},
    },
};

const ENGLAND: &str = include_str!("../../src/assets/catalogue/england.json");
const OLD: &str = "england-2026-11";
const NEW: &str = "england-2026-11-10";

/// Brings in an edition that holds from 10 November and says something else about every item.
async fn other_words(app: &TestApp) {
    let mut file: Value = serde_json::from_str(ENGLAND).unwrap();
    assert_eq!(file["edition"], OLD);
    file["edition"] = json!(NEW);
    file["valid_from"] = json!("2026-11-10");
    for item in file["items"].as_array_mut().unwrap() {
        item["valid_from"] = json!("2026-11-10");
        item["positions"] = json!([{
            "from": "2026-11-10", "position": "conditional", "guard_rail": "In other words.",
            "source": "an invented contract", "checked_on": "2026-11-10",
        }]);
        let item = item.as_object_mut().unwrap();
        item.insert("published".to_owned(), json!(false));
        item.remove("series_order");
        item.remove("valid_until");
    }
    let new = Imported {
        edition: NEW.to_owned(),
        jurisdiction: "England".to_owned(),
        valid_from: "2026-11-10".parse().unwrap(),
        body: file.to_string(),
        digest: String::new(),
    };
    Catalogue::parse(&new.body).unwrap();
    catalogue::append(app.test.db.schema(), new, Uuid::nil(), now()).await.unwrap();
}

fn id() -> String {
    Uuid::now_v7().to_string()
}

async fn on_the_page(manager: &Client, day: &str) {
    let typed = [("id", &*id()), ("subject_name", "Page"), ("status", "paused-since"), ("effective_on", day)];
    let page = "/practices/Z90001/actions/voluntary-services";
    manager.form(page, &typed).await.is(303);
}

async fn by_a_notice(program: &Client, day: &str) {
    let notice = json!({
        "id": id(), "service": "Notice", "served_on": day, "period": 0, "period_unit": "days",
        "commissioner": "NHS Example ICB", "contract": "none",
    });
    let notices = "/api/v1/practices/Z90001/notices";
    program.post(notices, notice).await.is(201);
}

async fn by_telephone(officer: &Client, day: &str) {
    let typed = [
        ("id", &*id()),
        ("item", "voluntary-services"),
        ("subject", "Telephone"),
        ("status", "paused-since"),
        ("effective_on", day),
    ];
    let page = "/lmc/east/practices/Z90001/telephone";
    officer.form(page, &typed).await.is(303);
}

async fn by_file(app: &TestApp, manager: &Client, day: u8) {
    let mut book = Book::open(&download(app, manager).await);
    let subject = if day == 5 { "File" } else { "Another file" };
    let cells = [
        ("Code", Put::Text("voluntary-services")),
        ("Subject", Put::Text(subject)),
        ("Status", Put::Text("Ended")),
        ("From", Put::Day(2026, 11, day)),
    ];
    book.add(0, &cells);
    let page = upload(app, manager, &book).await;
    assert!(page.is(200).body.contains("name=\"rows\""), "{}", page.body);
    confirm(manager, &fields(&page.body)).await.is(303);
}

/// A notice that had ended is taken back, and the register says from today that the service is provided again.
async fn by_what_happened(program: &Client) {
    let notice = json!({
        "id": id(), "service": "Happened", "served_on": "2026-11-20", "period": 3, "period_unit": "months",
        "commissioner": "NHS Example ICB", "contract": "none",
    });
    let notices = "/api/v1/practices/Z90001/notices";
    let made = program.post(notices, notice).await.is(201).json();
    let events = format!("{notices}/{}/events", made["id"].as_str().unwrap());
    let withdrawn = json!({ "id": id(), "event": "withdrawn", "on": "2026-11-20" });
    program.post(&events, withdrawn).await.is(201);
}

both_databases!(five_ways_in_keep_one_guard_rail_and_one_edition, |test: TestDb| async move {
    let app = TestApp::start(test.clone()).await;
    other_words(&app).await;
    let program = app.manager("Z90001").await;
    let manager = app.person(Role::PracticeManager, "Z90001").await;
    let officer = app.person(Role::LmcOfficer, "east").await;
    for day in [5, 20] {
        let text = format!("2026-11-{day:02}");
        on_the_page(&manager, &text).await;
        by_a_notice(&program, &text).await;
        by_telephone(&officer, &text).await;
        by_file(&app, &manager, day).await;
    }
    by_what_happened(&program).await;
    let kept = "SELECT effective_on || ' ' || edition || ' ' || position || ' ' || count(*) \
                    || CASE guard_rail WHEN 'In other words.' THEN ' new' ELSE ' old' END \
                    FROM action_status WHERE effective_on <= '2026-11-20' \
                    GROUP BY effective_on, edition, position, guard_rail ORDER BY effective_on";
    let expected = [format!("2026-11-05 {OLD} permitted 4 old"), format!("2026-11-20 {NEW} conditional 5 new")];
    assert_eq!(test.column(kept).await, expected);
});
