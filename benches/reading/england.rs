//! What an LMC and an ICB open, with all of England in the database.

use std::{env, ops::Range, path::PathBuf, time::Instant};

use entity::contact;
use headroom::{db::Db, domain::access::Role};
use sea_orm::{ConnectionTrait, DatabaseBackend, EntityTrait, PaginatorTrait};

use crate::{
    figure::Figure,
    house::{self, House, Place},
    load::{self, Request},
    server::Server,
    world::{self, ENGLAND},
};

/// A folder in which England on SQLite stays, for whoever measures again and again; without it, it is thrown away.
const KEPT: &str = "HEADROOM_BENCH_FOLDER";
/// Requests a second, for so many seconds.
const RATE: (u32, u32) = (50, 20);

pub(crate) async fn on_sqlite() {
    let temporary = tempfile::tempdir_in(".").unwrap();
    let kept = env::var_os(KEPT).map(PathBuf::from);
    let place = Place::new(kept.as_deref().unwrap_or(temporary.path()), None);
    figures(&place, "SQLite").await;
}

pub(crate) async fn on_postgres() {
    let server = Server::start();
    let folder = tempfile::tempdir_in(".").unwrap();
    let place = Place::new(folder.path(), Some(server.url.clone()));
    figures(&place, "PostgreSQL").await;
}

async fn figures(place: &Place, on: &str) {
    let written = place.is_written();
    let db = place.open().await;
    if !written {
        let began = Instant::now();
        world::write(&db, ENGLAND).await;
        tidy(&db).await;
        let what = format!("England on {on}: written in");
        Figure::told(&what, began.elapsed().as_secs_f64(), "seconds").print();
    }
    let mut house = House::start(place);
    // A folder that was kept has its release.
    if let Some(took) = house.release() {
        let what = format!("England on {on}: a release");
        Figure::at_most(&what, took / 1_000.0, 3.0, "seconds").print();
    }
    let officers = officers(&db).await;
    let analyst = house::cookie(&db, Role::IcbAnalyst, "X00").await;
    let page = |path: &str| -> Vec<Request> {
        let each = officers.iter().enumerate();
        each.map(|(n, cookie)| {
            let lmc = u32::try_from(n).unwrap();
            Request::get(&format!("/lmc/{}{path}", world::lmc(lmc)), cookie)
        })
        .collect()
    };
    let england = [Request::get("/releases/latest", &analyst)];
    let past: Vec<Request> =
        ["2026-06-10", "2025-11-20", "2025-03-03"].iter().flat_map(|day| page(&format!("?on={day}"))).collect();
    for (requests, what, limit) in [
        (&page("")[..], "the LMC’s page", 30.0),
        (&england, "the England page", 60.0),
        (&past, "the LMC’s page as of a past day", 200.0),
    ] {
        load::at_a_rate(house.address, requests, RATE.0, 5).await;
        let mut times = load::at_a_rate(house.address, requests, RATE.0, RATE.1).await;
        let p99 = load::quantile(&mut times, 0.99);
        let what = format!("England on {on}: {what}, 50 a second: p99");
        Figure::at_most(&what, p99, limit, "ms").print();
    }
    let what = format!("England on {on}: memory of the service, at most");
    Figure::at_most(&what, house.megabytes(), 400.0, "MB").print();
}

/// An officer of each LMC.
async fn officers(db: &Db) -> Vec<String> {
    let mut cookies = Vec::new();
    for n in 0..ENGLAND.lmcs {
        cookies.push(house::cookie(db, Role::LmcOfficer, &world::lmc(n)).await);
    }
    cookies
}

/// As a database that grew over years would be: its statistics are known.
async fn tidy(db: &Db) {
    db.schema().execute_unprepared("ANALYZE").await.unwrap();
}

/// The LMC's page while ever more contacts are kept.
pub(crate) async fn growth() {
    let most: u64 =
        env::var_os("HEADROOM_BENCH_CONTACTS").map_or(10, |text| text.into_string().unwrap().parse().unwrap());
    let folder = tempfile::tempdir_in(".").unwrap();
    let place = Place::new(folder.path(), None);
    let db = place.open().await;
    let size = world::Size { practices: 600, icbs: 4, lmcs: 10, ..ENGLAND };
    world::write(&db, size).await;
    let cookie = house::cookie(&db, Role::LmcOfficer, &world::lmc(0)).await;
    let requests = [Request::get(&format!("/lmc/{}", world::lmc(0)), &cookie)];
    let mut there = 0;
    for millions in [1, 10, 100] {
        if millions > most {
            break;
        }
        contacts(&db, there..millions).await;
        there = millions;
        assert_eq!(kept(&db).await, millions * 1_000_000);
        let house = House::start(&place);
        house::one_by_one(house.address, &requests, 20).await;
        let p99 = house::one_by_one(house.address, &requests, 300).await;
        let what = format!("{millions} million contacts kept: the LMC’s page: p99");
        Figure::at_most(&what, p99, 30.0, "ms").print();
    }
}

/// How many contacts there are.
async fn kept(db: &Db) -> u64 {
    contact::Entity::find().count(db.schema()).await.unwrap()
}

/// A million contacts for each of these weeks, counted backwards from the summer of 2026: twenty-four a day and clinician.
async fn contacts(db: &Db, weeks: Range<u64>) {
    let conn = db.schema();
    assert_eq!(conn.get_database_backend(), DatabaseBackend::Sqlite);
    for week in weeks {
        // As the ids phones make: ordered by time.
        conn.execute_unprepared(&format!(
            "INSERT INTO contact (practice, id, clinician, day, occurred_at, recorded_at, kind, complex, entered, recorded_by, clock_off) \
             WITH RECURSIVE number (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM number WHERE n < 166), \
             tap (n, day) AS (SELECT n, date('2026-08-01', '-' || ({week} * 7 + 6 - n / 24) || ' days') FROM number) \
             SELECT practice, unhex(printf('%012x', unixepoch(day) * 1000 + n * 1000)) || randomblob(10), id, day, \
             day || ' 09:00:00.000000+00:00', day || ' 09:00:00.000000+00:00', 'in-person', 0, 'tap', id, 0 \
             FROM clinician CROSS JOIN tap LIMIT 1000000",
        ))
        .await
        .unwrap();
    }
}
