//! Contacts over HTTP: the whole service on one side of the loopback, the clients on the other.

use std::{net::SocketAddr, path::Path, time::Duration};

use axum::{Router, routing::get};
use entity::ids::{ClinicianId, ContactId, DeviceId, OdsCode};
use headroom::{
    app,
    clock::Clock,
    config::{Database, Keys, Options, Settings},
    db::Db,
    state::{AppState, StateConfig},
    store::{
        demo::{self, ContactRow},
        people::{self, ClinicianRow, DeviceRow},
    },
    web::{
        listen::{self, Limits, trusts_nobody},
        secrets,
    },
};
use migration::{Migrator, MigratorTrait};
use sea_orm::TransactionTrait;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::{
    LENGTH,
    figure::Figure,
    load::{self, Request},
    writer::practice_of,
};

/// Phones, each for a long day of forty contacts: enough for what a run counts.
const CLINICIANS: usize = 8_192;

struct Phone {
    practice: OdsCode,
    clinician: ClinicianId,
    contacts: Request,
    taps: Request,
    page: Request,
    day: Request,
}

async fn listen(router: Router) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let limits = Limits::within(1_024);
    let served = listen::serve(listener, router, limits, trusts_nobody(), CancellationToken::new());
    tokio::spawn(served);
    address
}

async fn serve(folder: &Path) -> (AppState, SocketAddr) {
    let options = Options { data: Some(folder.to_owned()), ..Options::default() };
    let settings = Settings::resolve(options).unwrap();
    let Database::Sqlite(file) = &settings.database else { panic!("the settings of this bench name a file") };
    let db = Db::sqlite(file).await.unwrap();
    Migrator::up(db.schema(), None).await.unwrap();
    let state = AppState::new(StateConfig {
        db,
        clock: Clock::system(),
        settings,
        keys: Keys::new(&[1; 32], &[]),
        demo: false,
    })
    .unwrap();
    let address = listen(app::router(&state)).await;
    (state, address)
}

async fn phones(state: &AppState, most: usize) -> Vec<Phone> {
    let mut phones = Vec::new();
    let tx = state.db.schema().begin().await.unwrap();
    for n in 0..most {
        let practice = practice_of(n);
        let (id, now, secret) = (ClinicianId(Uuid::now_v7()), state.clock.now(), secrets::fresh());
        let clinician = ClinicianRow {
            practice: practice.clone(),
            id,
            label: format!("Dr {n}"),
            staff_group: "gp-partner".to_owned(),
            added_at: now,
            left_on: None,
            erased_at: None,
        };
        people::add_clinician(&tx, clinician).await.unwrap();
        let device = DeviceRow {
            practice: practice.clone(),
            id: DeviceId(Uuid::now_v7()),
            clinician: id,
            secret_hash: secrets::hash(&secret),
            enrolled_at: now,
            expires_at: now + chrono::Duration::days(90),
            last_seen_at: now,
            pin_hash: None,
            revoked_at: None,
        };
        people::add_device(&tx, device).await.unwrap();
        let home = format!("/api/v1/practices/{practice}/clinicians/{id}");
        let cookie = format!("headroom=d.{secret}");
        let own = format!("/practices/{practice}/clinicians/{id}");
        phones.push(Phone {
            taps: Request::tap(&format!("{own}/contacts"), &cookie),
            page: Request::get(&own, &cookie),
            clinician: id,
            contacts: Request::contact(&format!("{home}/contacts"), &cookie),
            day: Request::get(&format!("{home}/days/{}", state.clock.today()), &cookie),
            practice,
        });
    }
    tx.commit().await.unwrap();
    phones
}

/// Contacts a second of a fresh service.
pub(crate) async fn most(connections: usize, length: Duration) -> f64 {
    let folder = tempfile::tempdir_in(".").unwrap();
    let (state, address) = serve(folder.path()).await;
    let taps: Vec<Request> = phones(&state, CLINICIANS).await.into_iter().map(|phone| phone.contacts).collect();
    load::most(address, &taps, connections, length).await
}

/// Everything that is measured over HTTP.
pub(crate) async fn figures() -> Vec<Figure> {
    let folder = tempfile::tempdir_in(".").unwrap();
    let (state, address) = serve(folder.path()).await;
    let phones = phones(&state, CLINICIANS).await;
    let taps: Vec<Request> = phones.iter().map(|phone| phone.contacts.clone()).collect();
    let days: Vec<Request> = phones.iter().map(|phone| phone.day.clone()).collect();
    let mut figures = Vec::new();
    load::at_a_rate(address, &taps, 200, 2).await;
    let mut times = load::at_a_rate(address, &taps, 500, 10).await;
    let p99 = load::quantile(&mut times, 0.99);
    figures.push(Figure::at_most("over HTTP, 500 a second for 10 s: p99", p99, 15.0, "ms"));
    for (connections, what, limit) in
        [(64, "over HTTP, 64 connections", None), (256, "over HTTP, 256 connections", Some(10_000.0))]
    {
        let rate = load::most(address, &taps, connections, LENGTH).await;
        figures.push(limit.map_or_else(
            || Figure::told(what, rate, "contacts a second"),
            |limit| Figure::at_least(what, rate, limit, "contacts a second"),
        ));
    }
    let empty = listen(Router::new().route("/", get(|| async { "" }))).await;
    let empty = load::most(empty, &[Request::get("/", "none=")], 64, LENGTH).await;
    let read = load::most(address, &days, 64, LENGTH).await;
    figures.push(Figure::told("an empty handler, 64 connections", empty, "requests a second"));
    figures.push(Figure::at_least(
        "a clinician’s day through the database, 64 connections",
        read,
        0.15 * empty,
        "requests a second (15% of the empty handler)",
    ));
    figures
}

/// Clinicians who count so much each, in practices of 64, for the phone's door.
const COUNTING: usize = 2_048;

/// Each phone counted so many contacts today.
async fn counted(state: &AppState, phones: &[Phone], each: u32) {
    let (now, today) = (state.clock.now(), state.clock.today());
    let contact = |phone: &Phone, n: u32| ContactRow {
        practice: phone.practice.clone(),
        id: ContactId(Uuid::now_v7()),
        clinician: phone.clinician,
        day: today,
        occurred_at: now - chrono::Duration::seconds(i64::from(n)),
        recorded_at: now,
        kind: "in-person".to_owned(),
        complex: false,
        entered: "tap".to_owned(),
        recorded_by: phone.clinician.0,
        clock_off: false,
    };
    for some in phones.chunks(64) {
        let rows = some.iter().flat_map(|phone| (0..each).map(|n| contact(phone, n)));
        let tx = state.db.schema().begin().await.unwrap();
        demo::add_contacts(&tx, rows.collect(), Vec::new()).await.unwrap();
        tx.commit().await.unwrap();
    }
}

/// The door that phones use, beside the API's, on days that are short and long.
pub(crate) async fn phone_figures() -> Vec<Figure> {
    let mut figures = Vec::new();
    for each in [5, 40, 80] {
        let folder = tempfile::tempdir_in(".").unwrap();
        let (state, address) = serve(folder.path()).await;
        let phones = phones(&state, COUNTING).await;
        counted(&state, &phones, each).await;
        let requests =
            |of: fn(&Phone) -> &Request| -> Vec<Request> { phones.iter().map(|phone| of(phone).clone()).collect() };
        let mut api = 0.0;
        for (what, unit, requests) in [
            ("the API", "contacts a second", requests(|phone| &phone.contacts)),
            ("the phone", "taps a second", requests(|phone| &phone.taps)),
            ("My day", "pages a second", requests(|phone| &phone.page)),
        ] {
            let rate = load::most(address, &requests, 64, LENGTH).await;
            let name = format!("{what}, days of {each} contacts, 64 connections");
            figures.push(match what {
                "the phone" => Figure::at_least(&name, rate, api / 2.0, "taps a second (half of the API)"),
                _ => Figure::told(&name, rate, unit),
            });
            if what == "the API" {
                api = rate;
            }
        }
    }
    let empty = listen(Router::new().route("/", get(|| async { "" }))).await;
    let empty = load::most(empty, &[Request::get("/", "none=")], 64, LENGTH).await;
    figures.push(Figure::told("an empty handler, 64 connections", empty, "requests a second"));
    figures
}
