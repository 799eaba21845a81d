//! Transferred work at England's volume: 22,000 items a day for a year, five and a half million. The LMC's desk with the
//! repeat finder in it, over four weeks and over a year, and an item logged while others read.

use std::time::Instant;

use headroom::{db::Db, domain::access::Role};
use sea_orm::{ConnectionTrait, DatabaseBackend, EntityTrait, PaginatorTrait, Statement};

use crate::{
    figure::Figure,
    house::{self, House, Place},
    load::{self, Request},
    server::Server,
    world::{self, ENGLAND},
};

/// Items of each practice: 3.6 a working or other day, for a year.
const EACH: u32 = 900;

pub(crate) async fn figures() {
    let folder = tempfile::tempdir_in(".").unwrap();
    of(&Place::new(folder.path(), None), "SQLite").await;
    drop(folder);
    let server = Server::start();
    let folder = tempfile::tempdir_in(".").unwrap();
    of(&Place::new(folder.path(), Some(server.url.clone())), "PostgreSQL").await;
}

async fn of(place: &Place, on: &str) {
    let db = place.open().await;
    world::write(&db, world::Size { clinicians_each: 1, days: 1, ..ENGLAND }).await;
    let began = Instant::now();
    items(&db).await;
    let there = entity::transfer::Entity::find().count(db.schema()).await.unwrap();
    let what = format!("Transfers on {on}: items written");
    Figure::told(&what, there as f64, "items").print();
    let what = format!("Transfers on {on}: written in");
    Figure::told(&what, began.elapsed().as_secs_f64(), "seconds").print();
    let house = House::start(place);
    let mut officers = Vec::new();
    let mut managers = Vec::new();
    for n in 0..ENGLAND.lmcs {
        officers.push((world::lmc(n), house::cookie(&db, Role::LmcOfficer, &world::lmc(n)).await));
        let practice = world::practice(n * 50).to_string();
        let cookie = house::cookie(&db, Role::PracticeManager, &practice).await;
        managers.push(Request::post(&format!("/api/v1/practices/{practice}/transfers"), &cookie, item, "201"));
    }
    let desk = |query: &str| -> Vec<Request> {
        let each = officers.iter();
        each.map(|(lmc, cookie)| Request::get(&format!("/lmc/{lmc}/transfers{query}"), cookie)).collect()
    };
    let provider = |(lmc, cookie): &(String, String)| {
        let n: u32 = lmc.trim_start_matches("lmc-").parse().unwrap();
        Request::get(&format!("/lmc/{lmc}/transfers/provider?provider=own%3Ahospital%20{n}-1"), cookie)
    };
    let providers: Vec<Request> = officers.iter().map(provider).collect();
    for (requests, what, limit) in [
        (&desk("")[..], "the desk, four weeks: p99", 50.0),
        (&providers, "a provider’s page: p99", 100.0),
        (&desk("?weeks=52"), "the desk, a year: p99", 300.0),
    ] {
        house::one_by_one(house.address, requests, 30).await;
        let p99 = house::one_by_one(house.address, requests, 220).await;
        Figure::at_most(&format!("Transfers on {on}: {what}"), p99, limit, "ms").print();
    }
    load::at_a_rate(house.address, &managers, 50, 3).await;
    let mut times = load::at_a_rate(house.address, &managers, 50, 20).await;
    let p99 = load::quantile(&mut times, 0.99);
    Figure::at_most(&format!("Transfers on {on}: an item logged, 50 a second: p99"), p99, 25.0, "ms").print();
    let what = format!("Transfers on {on}: memory of the service, at most");
    Figure::at_most(&what, house.megabytes(), 400.0, "MB").print();
}

fn item() -> String {
    r#"{"provider_name":"Hospital 1-1","department":"320","category":"clinic-letter","asked":"Letter of the clinic","outcome":"returned"}"#
        .to_owned()
}

/// Written by the database itself, without the notes that the audit chain takes of each row: no chain tells of them.
async fn items(db: &Db) {
    let conn = db.schema();
    let columns = "practice, id, provider, provider_name, department, category, route, asked, outcome, minutes_gp, \
        minutes_other_clinician, minutes_nurse, minutes_admin, came_on, duty, edition, removed, recorded_at, recorded_by";
    let group = |n: &str| {
        format!("(CAST(substr(consent.practice, 2) AS INTEGER) * {} / {})", ENGLAND.lmcs, ENGLAND.practices) + n
    };
    let category = "CASE i % 7 WHEN 0 THEN 'results-follow-up' WHEN 1 THEN 'onward-referral' WHEN 2 THEN 'prescribing-request' \
        WHEN 3 THEN 'clinic-letter' WHEN 4 THEN 'fit-note' WHEN 5 THEN 'patient-query' ELSE 'investigation-request' END";
    let outcome = "CASE i % 20 WHEN 0 THEN 'agreed' WHEN 1 THEN 'done-urgent' WHEN 2 THEN 'done-other' WHEN 3 THEN 'declined' \
        WHEN 4 THEN 'declined' WHEN 5 THEN 'declined' ELSE 'returned' END";
    let department =
        "CASE i % 5 WHEN 0 THEN '320' WHEN 1 THEN '100' WHEN 2 THEN '650' WHEN 3 THEN '502' ELSE '300' END";
    if conn.get_database_backend() == DatabaseBackend::Postgres {
        conn.execute_unprepared("ALTER TABLE transfer DISABLE TRIGGER USER").await.unwrap();
        let group = group("");
        conn.execute_unprepared(&format!(
            "INSERT INTO transfer ({columns}) SELECT practice, gen_random_uuid(), 'own:hospital ' || {group} || '-' || (i % 11), \
             'Hospital ' || {group} || '-' || (i % 11), {department}, {category}, 'letter', 'Bloods before the clinic', {outcome}, \
             10, 0, 0, 15, DATE '2026-11-20' - i % 365, 'clinic-letter-7d', 'bench', false, TIMESTAMPTZ '2026-11-20 09:00:00+00', \
             recorded_by FROM consent CROSS JOIN generate_series(0, {EACH} - 1) AS s (i)"
        ))
        .await
        .unwrap();
        conn.execute_unprepared("ALTER TABLE transfer ENABLE TRIGGER USER").await.unwrap();
    } else {
        let select = "SELECT sql FROM sqlite_master WHERE name = 'transfer_written'";
        let row = conn.query_one_raw(Statement::from_string(DatabaseBackend::Sqlite, select)).await.unwrap();
        let trigger: String = row.unwrap().try_get_by_index(0).unwrap();
        conn.execute_unprepared("DROP TRIGGER transfer_written").await.unwrap();
        let group = group("");
        conn.execute_unprepared(&format!(
            "INSERT INTO transfer ({columns}) WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < {EACH} - 1) \
             SELECT practice, randomblob(16), 'own:hospital ' || {group} || '-' || (i % 11), 'Hospital ' || {group} || '-' || (i % 11), \
             {department}, {category}, 'letter', 'Bloods before the clinic', {outcome}, 10, 0, 0, 15, \
             date('2026-11-20', '-' || (i % 365) || ' days'), 'clinic-letter-7d', 'bench', 0, '2026-11-20T09:00:00.000000+00:00', \
             recorded_by FROM consent CROSS JOIN n"
        ))
        .await
        .unwrap();
        conn.execute_unprepared(&trigger).await.unwrap();
    }
    conn.execute_unprepared("ANALYZE").await.unwrap();
}
