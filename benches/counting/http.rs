//! Contacts over HTTP: the whole service on one side of the loopback, the clients on the other.

use std::{net::SocketAddr, path::Path, time::Duration};

use axum::{Router, routing::get};
use entity::ids::{ClinicianId, DeviceId};
use headroom::{
    app,
    clock::Clock,
    config::{Database, Keys, Options, Settings},
    db::Db,
    state::{AppState, Ingredients},
    store::people::{self, ClinicianRow, DeviceRow},
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
    contacts: Request,
    day: Request,
}

async fn listen(router: Router) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let limits = Limits::within(1_024);
    let served = listen::serve(
        listener,
        router,
        limits,
        trusts_nobody(),
        CancellationToken::new(),
    );
    tokio::spawn(served);
    address
}

async fn serve(folder: &Path) -> (AppState, SocketAddr) {
    let options = Options {
        data: Some(folder.to_owned()),
        ..Options::default()
    };
    let settings = Settings::resolve(options).unwrap();
    let Database::Sqlite(file) = &settings.database else {
        panic!("the settings of this bench name a file")
    };
    let db = Db::sqlite(file).await.unwrap();
    Migrator::up(db.schema(), None).await.unwrap();
    let state = AppState::new(Ingredients {
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

async fn phones(state: &AppState) -> Vec<Phone> {
    let mut phones = Vec::new();
    let tx = state.db.schema().begin().await.unwrap();
    for n in 0..CLINICIANS {
        let practice = practice_of(n);
        let (id, now, secret) = (
            ClinicianId(Uuid::now_v7()),
            state.clock.now(),
            secrets::fresh(),
        );
        let clinician = ClinicianRow {
            practice: practice.clone(),
            id,
            label: format!("Dr {n}"),
            staff_group: "gp-partner".to_owned(),
            added_at: now,
            left_on: None,
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
        phones.push(Phone {
            contacts: Request::contact(&format!("{home}/contacts"), &cookie),
            day: Request::get(&format!("{home}/days/{}", state.clock.today()), &cookie),
        });
    }
    tx.commit().await.unwrap();
    phones
}

/// Contacts a second of a fresh service.
pub(crate) async fn most(connections: usize, length: Duration) -> f64 {
    let folder = tempfile::tempdir_in(".").unwrap();
    let (state, address) = serve(folder.path()).await;
    let taps: Vec<Request> = phones(&state)
        .await
        .into_iter()
        .map(|phone| phone.contacts)
        .collect();
    load::most(address, &taps, connections, length).await
}

/// Everything that is measured over HTTP.
pub(crate) async fn figures() -> Vec<Figure> {
    let folder = tempfile::tempdir_in(".").unwrap();
    let (state, address) = serve(folder.path()).await;
    let phones = phones(&state).await;
    let taps: Vec<Request> = phones.iter().map(|phone| phone.contacts.clone()).collect();
    let days: Vec<Request> = phones.iter().map(|phone| phone.day.clone()).collect();
    let mut figures = Vec::new();
    load::at_a_rate(address, &taps, 200, 2).await;
    let mut times = load::at_a_rate(address, &taps, 500, 10).await;
    let p99 = load::quantile(&mut times, 0.99);
    figures.push(Figure::at_most(
        "over HTTP, 500 a second for 10 s: p99",
        p99,
        15.0,
        "ms",
    ));
    for (connections, what, limit) in [
        (64, "over HTTP, 64 connections", None),
        (256, "over HTTP, 256 connections", Some(10_000.0)),
    ] {
        let rate = load::most(address, &taps, connections, LENGTH).await;
        figures.push(limit.map_or_else(
            || Figure::told(what, rate, "contacts a second"),
            |limit| Figure::at_least(what, rate, limit, "contacts a second"),
        ));
    }
    let empty = listen(Router::new().route("/", get(|| async { "" }))).await;
    let empty = load::most(empty, &[Request::get("/", "none=")], 64, LENGTH).await;
    let read = load::most(address, &days, 64, LENGTH).await;
    figures.push(Figure::told(
        "an empty handler, 64 connections",
        empty,
        "requests a second",
    ));
    figures.push(Figure::at_least(
        "a clinician’s day through the database, 64 connections",
        read,
        0.15 * empty,
        "requests a second (15% of the empty handler)",
    ));
    figures
}
