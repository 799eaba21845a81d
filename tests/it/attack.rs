//! The attacker of `tests/attack` against what releases serve: a program of its own, in another language, that reads
//! over HTTP what an ICB analyst can, knows the public frame and the published method, and never sees the noise key.
//! The truth goes to the scorer, a second process, alone. `HEADROOM_ATTACK=500` asks for more hierarchies.

use std::{env, fs, net::SocketAddr, path::PathBuf, process::Command, sync::LazyLock};

use headroom::{domain::access::Role, jobs};
use tempfile::TempDir;
use tokio::net::TcpListener;

use crate::support::{
    app::TestApp,
    databases::{self, Kind, TestDb},
};

mod behaviour;
mod utility;
mod world;

use behaviour::{Behaviour, PERIODS, period};
use world::World;

/// Hierarchies of the short form.
const HIERARCHIES: usize = 25;
const SEED: u64 = 20_260_409;

#[test]
fn no_practice_can_be_worked_out_in_random_hierarchies() {
    databases::run(Kind::Sqlite, |test: TestDb| async move {
        let hierarchies = env::var_os("HEADROOM_ATTACK").map_or(HIERARCHIES, |text| {
            text.into_string().unwrap().parse().unwrap()
        });
        let served = Served::start(test, World::invented(hierarchies, SEED), PERIODS).await;
        served.attack("random hierarchies");
        served.controls();
    });
}

#[test]
fn no_practice_can_be_worked_out_in_the_real_frame() {
    databases::run(Kind::Sqlite, |test: TestDb| async move {
        let served = Served::start(test, World::real(), 4).await;
        served.attack("the real frame");
    });
}

#[test]
fn both_databases_serve_the_same_bytes_to_the_attacker() {
    databases::run(Kind::Postgres, |test: TestDb| async move {
        let postgres = Served::start(test, World::invented(7, SEED), PERIODS).await;
        let sqlite = TestDb::migrated(Kind::Sqlite).await;
        let place = sqlite.place.clone();
        let other = Served::start(sqlite, World::invented(7, SEED), PERIODS).await;
        for number in 1..=PERIODS {
            for form in ["", ".json", ".csv"] {
                let path = format!("/releases/{number}{form}");
                let (one, two) = (postgres.get(&path).await, other.get(&path).await);
                assert_eq!(one, two, "{path}");
            }
        }
        place.remove().await;
        postgres.attack("PostgreSQL");
    });
}

/// A service with its releases made, and the files of the attacker and of the scorer.
struct Served {
    app: TestApp,
    base: String,
    token: String,
    files: TempDir,
}

impl Served {
    async fn start(test: TestDb, world: World, periods: usize) -> Self {
        LazyLock::force(&INSTALLED);
        let app = TestApp::start(test.clone()).await;
        let atoms = world.atoms();
        let behaviour = Behaviour::invent(&world, &atoms, SEED);
        world.store(&test).await;
        behaviour.store(&world, &test).await;
        for year in [2026, 2027] {
            // Of this seed, so that every run finds the same.
            let file = app.state.settings.noise_key;
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, [u8::try_from(year - 2000).unwrap(); 32]).unwrap();
        }
        for at in 0..periods {
            app.clock.set(period(at).due_at());
            let made = jobs::releases::make_due(&app.state).await.unwrap();
            assert_eq!(made, [period(at).index()]);
        }
        let files = tempfile::tempdir().unwrap();
        for (name, content) in [
            ("frame.json", world.frame()),
            ("insider.json", behaviour.insider(&world, &atoms)),
            ("truth.json", behaviour.truth(&world)),
        ] {
            fs::write(files.path().join(name), content.to_string()).unwrap();
        }
        let token = app.token(Role::IcbAnalyst, "XDA").await.token.unwrap();
        let base = format!("http://{}", listen(&app).await);
        Self {
            app,
            base,
            token,
            files,
        }
    }

    async fn get(&self, path: &str) -> String {
        let analyst = self.app.program(self.token.clone());
        analyst.get(path).await.is(200).body.clone()
    }

    /// The attacker reads, then the scorer says how right it was.
    fn attack(&self, what: &str) {
        let failed = node(&mut self.attacker(what));
        let file = |name: &str| self.files.path().join(name);
        let mut scorer = Command::new("node");
        scorer.arg("score.mjs").arg(what);
        scorer.args([file("claims.json"), file("truth.json")]);
        let confirmed = node(&mut scorer);
        assert!(failed && confirmed, "see the figures above");
    }

    fn attacker(&self, what: &str) -> Command {
        let mut command = Command::new("node");
        command.args(["attack.mjs", what, &self.base]);
        command.args(
            ["frame.json", "insider.json", "claims.json"].map(|name| self.files.path().join(name)),
        );
        command
            .env("HEADROOM_TOKEN", &self.token)
            .current_dir(folder());
        command
    }

    /// The same attacker against methods that must not hold.
    fn controls(&self) {
        let mut command = Command::new("node");
        command.arg("controls.mjs").args(
            ["frame.json", "insider.json", "truth.json"].map(|name| self.files.path().join(name)),
        );
        assert!(node(&mut command), "see the figures above");
    }
}

/// Runs it to its end; its figures appear in the output of the tests.
fn node(command: &mut Command) -> bool {
    let done = tokio::task::block_in_place(|| command.current_dir(folder()).status());
    done.is_ok_and(|done| done.success())
}

async fn listen(app: &TestApp) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = app
        .router
        .clone()
        .into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    address
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/attack")
}

/// Installs what the attacker needs, once, where it is missing or older than its list.
static INSTALLED: LazyLock<()> = LazyLock::new(|| {
    let written = |name: &str| {
        let file = fs::metadata(folder().join(name)).ok()?;
        file.modified().ok()
    };
    if written("node_modules/.package-lock.json") >= written("package-lock.json") {
        return;
    }
    let done = Command::new("npm")
        .args(["ci", "--no-audit", "--no-fund", "--loglevel=error"])
        .current_dir(folder())
        .status();
    assert!(
        done.is_ok_and(|done| done.success()),
        "npm ci in tests/attack, of Node 20 or newer: ./tests/run installs that where it can"
    );
});
