//! What a practice opens: a letter as PDF, a register with a long history, a catalogue with many items.

use std::time::Instant;

use entity::ids::StatusId;
use headroom::{
    db::Db,
    domain::{
        access::Role,
        action::StatusChange,
        catalogue::{Catalogue, Status},
        letter::{Form, Paper},
    },
    exchange::pdf::LetterData,
    store::{
        actions::NewStatus,
        catalogue::{self, Imported},
        demo,
    },
};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    figure::Figure,
    house::{self, House, Place},
    load::{self, Request},
    world::{self, Size},
};

const SMALL: Size = Size { practices: 20, icbs: 1, lmcs: 1, clinicians_each: 10, days: 91 };
const ENGLAND: &str = include_str!("../../src/assets/catalogue/england.json");
/// Requests of one after the other whose slowest in a hundred is told.
const TIMES: u32 = 200;

pub(crate) async fn figures() {
    letter();
    let page = "/practices/Z00000/actions";
    let folder = tempfile::tempdir_in(".").unwrap();
    let place = Place::new(folder.path(), None);
    let db = place.open().await;
    world::write(&db, SMALL).await;
    history(&db, 5_000).await;
    for (path, what) in [
        (page, "register of 5,000 rows of history"),
        ("/practices/Z00000/actions/safe-contact-limit", "… the page of an item with hundreds of them"),
        ("/practices/Z00000", "… the week of its manager"),
    ] {
        measure(&place, &db, path, what).await;
    }
    let folder = tempfile::tempdir_in(".").unwrap();
    let place = Place::new(folder.path(), None);
    let db = place.open().await;
    world::write(&db, SMALL).await;
    five_hundred(&db).await;
    measure(&place, &db, page, "register with a catalogue of 500 items").await;
}

async fn measure(place: &Place, db: &Db, path: &str, what: &str) {
    let cookie = house::cookie(db, Role::PracticeManager, "Z00000").await;
    let house = House::start(place);
    let request = [Request::get(path, &cookie)];
    let p99 = house::one_by_one(house.address, &request, TIMES).await;
    Figure::at_most(&format!("{what}: p99"), p99, 50.0, "ms").print();
}

/// A letter that fills two pages.
fn letter() {
    let body = "We wrote to you about this service. ".repeat(12) + "\n\n";
    let body = body.repeat(9);
    let paper = Paper {
        form: Form::Letter,
        practice: "Invented Surgery",
        ods: "Z00000",
        dated_on: world::today(),
        recipient: "Invented board",
        subject: "Notice on a service",
        body: &body,
    };
    let data = LetterData::of(&paper);
    let first = data.render().unwrap();
    let text = String::from_utf8_lossy(&first);
    assert!(text.contains("/Count 2"), "the letter of this bench has two pages");
    let mut times: Vec<_> = (0..20)
        .map(|_| {
            let began = Instant::now();
            data.render().unwrap();
            began.elapsed()
        })
        .collect();
    let p95 = load::quantile(&mut times, 0.95);
    Figure::at_most("a letter of two pages as PDF: p95", p95, 300.0, "ms").print();
}

/// Rows upon rows in one practice's register.
async fn history(db: &Db, rows: u32) {
    let items = &Catalogue::built_in().unwrap().items;
    let items: Vec<_> = items.iter().filter(|item| !item.takes_subject()).collect();
    let rows = (0..rows).map(|n| {
        let item = items[n as usize % items.len()];
        let back = 900 - u64::from(n) * 900 / u64::from(rows);
        let day = world::today().minus_days(back);
        let status = if n % 2 == 0 { Status::PausedSince } else { Status::Restarted };
        let new = NewStatus {
            change: StatusChange::of(StatusId(Uuid::now_v7()), &item.code, status, day),
            edition: "england-2026-11".to_owned(),
            position: "permitted".to_owned(),
            guard_rail: "What remains obligatory is written here.".to_owned(),
            recorded_by: Uuid::nil(),
        };
        new.kept(&world::practice(0), world::noon(day))
    });
    demo::add(db.schema(), rows.collect()).await.unwrap();
}

/// An edition of five hundred items beside the one that is built in.
async fn five_hundred(db: &Db) {
    let mut file: Value = serde_json::from_str(ENGLAND).unwrap();
    file["edition"] = json!("england-many");
    file["valid_from"] = json!("2026-11-02");
    let mut item = file["items"][1].clone();
    item["published"] = json!(false);
    item.as_object_mut().unwrap().remove("series_order");
    let items = (1..=500).map(|n| {
        let mut item = item.clone();
        item["code"] = json!(format!("item-{n}"));
        item["title"] = json!(format!("Item {n}"));
        item["valid_from"] = json!("2026-11-02");
        let mut position = item["positions"][0].clone();
        position["from"] = json!("2026-11-02");
        item["positions"] = json!([position]);
        item
    });
    file["items"] = items.collect();
    let new = Imported {
        edition: "england-many".to_owned(),
        jurisdiction: "England".to_owned(),
        valid_from: "2026-11-02".parse().unwrap(),
        body: file.to_string(),
        digest: String::new(),
    };
    Catalogue::parse(&new.body).unwrap();
    catalogue::append(db.schema(), new, Uuid::nil(), house::now()).await.unwrap();
}
