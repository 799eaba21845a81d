//! The same discipline on PostgreSQL: a server that may only be read, is full, locked, or ends its connections.
//!
//! The refusals are the server's own, but for the full disk: there a trigger raises what the server raises (53100).

use std::{
    fs,
    io::{BufRead, BufReader},
    os::unix::process::CommandExt,
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use sea_orm::{ConnectionTrait, DatabaseConnection};

use crate::{
    morning::{Act, Morning},
    service::{Place, Service, World, connect, folder},
};

/// From the cause's end to the first acknowledgement.
const BACK: Duration = Duration::from_secs(1);
/// The slowest refusal.
const SLOWEST: Duration = Duration::from_millis(2_500);

/// A server of its own, which stops when its input is closed.
struct Server {
    url: String,
    _child: Child,
}

impl Server {
    fn start() -> Self {
        let mut child = Command::new(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/postgres"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .process_group(0)
            .spawn()
            .unwrap();
        let mut url = String::new();
        let mut lines = BufReader::new(child.stdout.take().unwrap());
        lines.read_line(&mut url).unwrap();
        assert!(url.starts_with("postgres://"), "tests/postgres said: {url}");
        Self { url: url.trim().to_owned(), _child: child }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_refuses_is_answered_with_503_or_507_and_never_believed() {
    let server = Server::start();
    let whole = folder();
    let folder = whole.path().join("data");
    fs::create_dir(&folder).unwrap();
    let world = World::begin(Place { folder, server: Some(server.url.clone()) }).await;
    let admin = connect(&server.url).await;
    let writable = "SET default_transaction_read_only = off";
    admin.execute_unprepared(writable).await.unwrap();
    let service = Service::start(&world.place);
    let mut morning = Morning::new(&world);
    morning.play(&service).await;
    let case = Case { service: &service, admin: &admin, place: &world.place };
    let read_only: Change = (
        &["ALTER SYSTEM SET default_transaction_read_only = on", "SELECT pg_reload_conf()"],
        &["ALTER SYSTEM RESET default_transaction_read_only", "SELECT pg_reload_conf()"],
    );
    for failed in [1, 2, 3, 50] {
        case.refuses(&mut morning, read_only, failed, Some(503)).await;
    }
    let full: Change = (
        &[
            "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS \
             $$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = '53100'; END $$",
            "CREATE TRIGGER full_disk BEFORE INSERT ON contact EXECUTE FUNCTION full_disk()",
        ],
        &["DROP FUNCTION full_disk() CASCADE"],
    );
    for failed in [1, 2, 3, 50] {
        case.refuses(&mut morning, full, failed, None).await;
    }
    // A change of the table, or its rewriting.
    let locked: Change = (&["BEGIN", "LOCK TABLE contact IN ACCESS EXCLUSIVE MODE"], &["ROLLBACK"]);
    case.refuses(&mut morning, locked, 2, Some(503)).await;
    let slowest = morning.slowest;
    assert!(slowest < SLOWEST, "{slowest:?}");
    let ended = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'headroom%'";
    for _ in 0..3 {
        admin.execute_unprepared(ended).await.unwrap();
        morning.play(&service).await;
    }
    case.comes_back(&mut morning).await;
    println!("postgres: {} acknowledged, 0 missing, slowest refusal {slowest:?}", morning.told());
    assert!(service.stop().success());
    assert_eq!(world.place.verify(), None);
    assert_eq!(morning.wrong, [""; 0]);
}

/// What the administrator says, and how it is taken back.
type Change = (&'static [&'static str], &'static [&'static str]);

struct Case<'a> {
    service: &'a Service,
    admin: &'a DatabaseConnection,
    place: &'a Place,
}

impl Case<'_> {
    /// So many are refused while it lasts, and none after it.
    async fn refuses(&self, morning: &mut Morning, (begin, end): Change, failed: usize, ready: Option<u16>) {
        self.say(begin).await;
        let until = morning.refused + failed;
        let since = Instant::now();
        while morning.refused < until {
            assert!(since.elapsed() < Duration::from_secs(20), "{begin:?}: nothing is refused");
            morning.new_act(self.service, Act::Tap).await;
        }
        if let Some(ready) = ready {
            // An answer may be a second old.
            tokio::time::sleep(Duration::from_millis(1_100)).await;
            assert_eq!(self.service.ready().await, Some((ready, true)), "{begin:?}");
        }
        self.say(end).await;
        self.comes_back(morning).await;
    }

    async fn say(&self, words: &[&str]) {
        for sql in words {
            let said = self.admin.execute_unprepared(sql).await;
            said.unwrap_or_else(|error| panic!("{sql}: {error}"));
        }
    }

    async fn comes_back(&self, morning: &mut Morning) {
        let over = Instant::now();
        let before = morning.told();
        while morning.told() == before {
            assert!(over.elapsed() < 10 * BACK, "{}", self.service.said());
            morning.new_act(self.service, Act::Tap).await;
        }
        let back = over.elapsed();
        assert!(back < BACK, "back after {back:?}");
        // Each connection of the node learns of it by itself.
        while !morning.again(self.service).await {
            assert!(over.elapsed() < 10 * BACK, "{:?}", morning.wrong);
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        assert_eq!(morning.missing(self.place).await, []);
    }
}
