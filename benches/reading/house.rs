//! The service in a process of its own, on a database that was filled before.

use std::{
    env,
    io::{BufRead, BufReader, Write},
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    time::Instant,
};

use chrono::{DateTime, Utc};
use entity::ids::{OrgCode, PersonId, SessionId};
use headroom::{
    app,
    clock::Clock,
    config::{Keys, Options, Settings},
    db::Db,
    domain::access::Role,
    jobs,
    state::{AppState, StateConfig},
    store::people::{self, SessionRow},
    web::secrets,
};
use migration::{Migrator, MigratorTrait};
use uuid::Uuid;

use crate::load::{self, Request};

/// Set in the process that serves: its folder.
pub(crate) const SERVE: &str = "HEADROOM_BENCH_SERVE";
/// And its PostgreSQL, where it has one.
const POSTGRES: &str = "HEADROOM_BENCH_POSTGRES";

/// Friday 20 November 2026, noon in London: the clock of the process that serves.
pub(crate) fn now() -> DateTime<Utc> {
    "2026-11-20T12:00:00Z".parse().unwrap()
}

/// Where the database is.
#[derive(Clone)]
pub(crate) struct Place {
    folder: PathBuf,
    postgres: Option<String>,
}

impl Place {
    pub(crate) fn new(folder: &Path, postgres: Option<String>) -> Self {
        Self { folder: folder.to_owned(), postgres }
    }

    /// Whether a bench before this one left its database here.
    pub(crate) fn is_written(&self) -> bool {
        self.postgres.is_none() && self.folder.join("headroom.sqlite").exists()
    }

    /// Opens it, with every table.
    pub(crate) async fn open(&self) -> Db {
        let db = match &self.postgres {
            Some(url) => Db::postgres(url).await.unwrap(),
            None => Db::sqlite(&self.folder.join("headroom.sqlite")).await.unwrap(),
        };
        Migrator::up(db.schema(), None).await.unwrap();
        db
    }
}

/// Answers until its input ends; `release` makes the releases that are due and says how many milliseconds it took.
pub(crate) async fn serve() {
    let place = Place {
        folder: env::var_os(SERVE).unwrap().into(),
        postgres: env::var_os(POSTGRES).map(|url| url.into_string().unwrap()),
    };
    let settings = Settings::resolve(Options { data: Some(place.folder.clone()), ..Options::default() }).unwrap();
    let state = AppState::new(StateConfig {
        db: place.open().await,
        clock: Clock::fixed(now()),
        settings,
        keys: Keys::new(&[1; 32], &[]),
        demo: false,
    })
    .unwrap();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    println!("{}", listener.local_addr().unwrap());
    let service = app::router(&state).into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async move { axum::serve(listener, service).await.unwrap() });
    let mut line = String::new();
    while std::io::stdin().read_line(&mut line).unwrap() > 0 {
        assert_eq!(line.trim(), "release");
        line.clear();
        let began = Instant::now();
        let made = jobs::releases::make_due(&state).await.unwrap();
        let took = began.elapsed().as_secs_f64() * 1_000.0;
        println!("{}", if made.is_empty() { 0.0 } else { took });
    }
}

/// The process that serves, ended with this.
pub(crate) struct House {
    pub(crate) address: SocketAddr,
    process: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
}

impl House {
    pub(crate) fn start(place: &Place) -> Self {
        let mut command = Command::new(env::current_exe().unwrap());
        command.env(SERVE, &place.folder);
        if let Some(url) = &place.postgres {
            command.env(POSTGRES, url);
        }
        let mut process = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let input = process.stdin.take();
        let mut output = BufReader::new(process.stdout.take().unwrap());
        let mut line = String::new();
        output.read_line(&mut line).unwrap();
        Self { address: line.trim().parse().unwrap(), process, input, output }
    }

    /// Makes the release that is due; answers milliseconds, nothing where none is due.
    pub(crate) fn release(&mut self) -> Option<f64> {
        writeln!(self.input.as_mut().unwrap(), "release").unwrap();
        let mut line = String::new();
        self.output.read_line(&mut line).unwrap();
        let took: f64 = line.trim().parse().unwrap();
        (took > 0.0).then_some(took)
    }

    /// The most memory it ever held, in megabytes.
    pub(crate) fn megabytes(&self) -> f64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process.id()));
        let status = status.unwrap();
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kilobytes = peak.unwrap().trim().trim_end_matches(" kB");
        kilobytes.parse::<f64>().unwrap() / 1_000.0
    }
}

impl Drop for House {
    fn drop(&mut self) {
        drop(self.input.take());
        drop(self.process.wait());
    }
}

/// A person with one role: the cookie of their browser.
pub(crate) async fn cookie(db: &Db, role: Role, organisation: &str) -> String {
    let (conn, id, secret) = (db.schema(), PersonId(Uuid::now_v7()), secrets::fresh());
    let email = format!("{id}@example.invalid");
    people::add_person(conn, id, &email, "Somebody", None, now()).await.unwrap();
    let organisation: OrgCode = organisation.parse().unwrap();
    people::add_grant(conn, id, role, &organisation, now()).await.unwrap();
    let row = SessionRow {
        id: SessionId(Uuid::now_v7()),
        secret_hash: secrets::hash(&secret),
        kind: "browser".to_owned(),
        person: id,
        created_at: now(),
        last_seen_at: now(),
        expires_at: now() + chrono::Duration::hours(12),
        revoked_at: None,
        second_factor_at: Some(now()),
    };
    people::add_session(conn, row).await.unwrap();
    format!("headroom=s.{secret}")
}

/// One after the other on one connection: the time within which 99 of 100 were answered, in milliseconds.
pub(crate) async fn one_by_one(address: SocketAddr, requests: &[Request], times: u32) -> f64 {
    let mut client = load::Client::connect(address).await;
    let mut took = Vec::new();
    for n in 0..times {
        let began = Instant::now();
        client.send(&requests[n as usize % requests.len()]).await;
        took.push(began.elapsed());
    }
    load::quantile(&mut took, 0.99)
}
