//! Contacts over HTTP on this machine: how long an acknowledgement takes at 500 a second, and how many a second there
//! can be. Run with `cargo bench --bench http`; SQLite with `synchronous = FULL` in a temporary folder on this disk.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::cast_precision_loss,
    reason = "a bench prints, and stops when something is wrong"
)]

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use entity::ids::{ClinicianId, DeviceId};
use headroom::{
    app,
    clock::Clock,
    config::{Database, Options, Settings},
    db::Db,
    state::{AppState, Ingredients},
    store::people::{self, ClinicianRow, DeviceRow},
    web::secrets,
};
use migration::{Migrator, MigratorTrait};
use tokio::{net::TcpListener, task::JoinSet, time};
use uuid::Uuid;

const CLINICIANS: usize = 64;

struct Phone {
    url: String,
    cookie: String,
}

async fn serve(folder: &std::path::Path) -> (AppState, SocketAddr) {
    let options = Options {
        data: Some(folder.to_owned()),
        ..Options::default()
    };
    let settings = Settings::resolve(options).unwrap();
    let Database::Sqlite(file) = &settings.database else {
        unreachable!()
    };
    let db = Db::sqlite(file).await.unwrap();
    Migrator::up(db.schema(), None).await.unwrap();
    let state = AppState::new(Ingredients {
        db,
        clock: Clock::system(),
        settings,
        token_key: [1; 32],
        demo: false,
    })
    .unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = app::router(&state).into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    (state, address)
}

async fn phones(state: &AppState, address: SocketAddr) -> Vec<Phone> {
    let mut phones = Vec::new();
    for n in 0..CLINICIANS {
        let practice: entity::ids::OdsCode = "Z90001".parse().unwrap();
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
        people::add_clinician(state.db.schema(), clinician)
            .await
            .unwrap();
        let device = DeviceRow {
            practice,
            id: DeviceId(Uuid::now_v7()),
            clinician: id,
            secret_hash: secrets::hash(&secret),
            enrolled_at: now,
            expires_at: now + chrono::Duration::days(90),
            last_seen_at: now,
            pin_hash: None,
            revoked_at: None,
        };
        people::add_device(state.db.schema(), device).await.unwrap();
        phones.push(Phone {
            url: format!("http://{address}/api/v1/practices/Z90001/clinicians/{id}/contacts"),
            cookie: format!("headroom=d.{secret}"),
        });
    }
    phones
}

async fn tap(client: &reqwest::Client, phone: &Phone) -> Duration {
    let started = Instant::now();
    let body = format!("{{\"id\":\"{}\"}}", Uuid::now_v7());
    let reply = client
        .post(&phone.url)
        .header("cookie", &phone.cookie)
        .header("sec-fetch-site", "same-origin")
        .header("content-type", "application/json")
        .body(body)
        .send()
        .await
        .unwrap();
    assert_eq!(reply.status(), 201);
    reply.bytes().await.unwrap();
    started.elapsed()
}

fn quantile(times: &mut [Duration], share: f64) -> f64 {
    times.sort();
    let at = ((times.len() - 1) as f64 * share).round();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "an index"
    )]
    let at = at as usize;
    times[at].as_secs_f64() * 1_000.0
}

/// Taps arrive on a fixed schedule, whether or not the ones before were answered.
async fn at_a_rate(phones: &'static [Phone], a_second: u32, seconds: u32) -> Vec<Duration> {
    let client = reqwest::Client::new();
    let mut tick = time::interval(Duration::from_secs(1) / a_second);
    let mut taps = JoinSet::new();
    for n in 0..a_second * seconds {
        tick.tick().await;
        let client = client.clone();
        let phone = &phones[n as usize % phones.len()];
        taps.spawn(async move { tap(&client, phone).await });
    }
    taps.join_all().await
}

async fn as_many_as_possible(
    phones: &'static [Phone],
    connections: usize,
    length: Duration,
) -> f64 {
    let until = Instant::now() + length;
    let mut clients = JoinSet::new();
    for n in 0..connections {
        clients.spawn(async move {
            let client = reqwest::Client::new();
            let mut done = 0_u32;
            while Instant::now() < until {
                tap(&client, &phones[n % phones.len()]).await;
                done += 1;
            }
            done
        });
    }
    let done: u32 = clients.join_all().await.into_iter().sum();
    f64::from(done) / length.as_secs_f64()
}

#[tokio::main]
async fn main() {
    let folder = tempfile::tempdir_in(".").unwrap();
    let (state, address) = serve(folder.path()).await;
    let phones: &'static [Phone] = Box::leak(phones(&state, address).await.into_boxed_slice());
    at_a_rate(phones, 200, 2).await;
    let mut times = at_a_rate(phones, 500, 10).await;
    println!(
        "500 contacts a second for 10 s: median {:.2} ms, p99 {:.2} ms (limit 15)",
        quantile(&mut times, 0.5),
        quantile(&mut times, 0.99)
    );
    for connections in [16, 64, 256] {
        let rate = as_many_as_possible(phones, connections, Duration::from_secs(5)).await;
        println!("{connections} connections: {rate:.0} contacts a second");
    }
}
