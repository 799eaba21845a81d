//! A database of its own for every test, on SQLite and on PostgreSQL, and nothing left behind.
//!
//! SQLite: a copy of a migrated file, in memory-backed storage where there is some. PostgreSQL: a copy of a migrated
//! template database on one throw-away server per process, or on the one that `HEADROOM_TEST_POSTGRES` names.

use std::{
    collections::BTreeMap,
    env, fs,
    future::Future,
    io::{BufRead, BufReader, Read},
    os::unix::process::CommandExt,
    panic,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{Condvar, LazyLock, Mutex},
};

use headroom::{db::Db, domain::access::JobAuthority, writer::Writer};
use migration::Migrator;
use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DatabaseTransaction, DbErr, Statement,
    TransactionTrait,
};
use sea_orm_migration::MigratorTrait;
use tempfile::TempDir;
use tokio::sync::OnceCell;
use uuid::Uuid;

/// Makes two tests, `name::on_sqlite` and `name::on_postgres`, of one body: `|db: TestDb| async move { … }`.
macro_rules! both_databases {
    ($(#[$meta:meta])* $name:ident, $body:expr) => {
        mod $name {
            use super::*;

            $(#[$meta])*
            #[test]
            fn on_sqlite() {
                $crate::support::databases::run($crate::support::databases::Kind::Sqlite, $body);
            }

            $(#[$meta])*
            #[test]
            fn on_postgres() {
                $crate::support::databases::run($crate::support::databases::Kind::Postgres, $body);
            }
        }
    };
}
pub(crate) use both_databases;

/// Which of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Sqlite,
    Postgres,
}

/// Runs a test's body with a migrated database of its own, and removes the database whatever became of the body.
pub(crate) fn run<F, Body>(kind: Kind, body: F)
where
    F: FnOnce(TestDb) -> Body,
    Body: Future<Output = ()> + Send + 'static,
{
    let _turn = Turn::take(kind);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(4).enable_all().build().unwrap();
    runtime.block_on(async {
        let test = TestDb::migrated(kind).await;
        let place = test.place.clone();
        let result = tokio::spawn(body(test)).await;
        place.remove().await;
        if let Err(error) = result {
            panic::resume_unwind(error.into_panic());
        }
    });
}

/// The database of one test.
#[derive(Clone)]
pub(crate) struct TestDb {
    pub(crate) db: Db,
    pub(crate) place: Place,
}

/// Where a database is: enough to open it again, from this process or from another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Place {
    /// A file in a folder of its own.
    Sqlite(PathBuf),
    /// The server's URL for this database.
    Postgres(String),
}

impl TestDb {
    /// All migrations have run.
    pub(crate) async fn migrated(kind: Kind) -> Self {
        let place = match kind {
            Kind::Sqlite => {
                let file = new_folder().join("headroom.sqlite");
                fs::copy(sqlite_template().await, &file).unwrap();
                Place::Sqlite(file)
            }
            Kind::Postgres => {
                let template = postgres_template().await;
                create_database(Some(template)).await
            }
        };
        Self::open(place).await
    }

    /// Nothing is in it yet.
    pub(crate) async fn empty(kind: Kind) -> Self {
        Self::open(match kind {
            Kind::Sqlite => Place::Sqlite(new_folder().join("headroom.sqlite")),
            Kind::Postgres => create_database(None).await,
        })
        .await
    }

    async fn open(place: Place) -> Self {
        Self { db: place.open().await, place }
    }

    pub(crate) fn kind(&self) -> Kind {
        match self.place {
            Place::Sqlite(_) => Kind::Sqlite,
            Place::Postgres(_) => Kind::Postgres,
        }
    }

    /// Connections of a second node. SQLite has one node only: there it is the same handle.
    pub(crate) async fn other_node(&self) -> Db {
        match self.place {
            Place::Sqlite(_) => self.db.clone(),
            Place::Postgres(_) => self.place.open().await,
        }
    }

    /// Takes the digests of what a test put there by itself, as of what was there before there were any.
    pub(crate) async fn adopt(&self, writer: &Writer) {
        self.transaction(&["UPDATE row_written SET xact = 'before'"]).await.unwrap();
        writer.adopt(&JobAuthority::new()).await.unwrap();
    }

    /// A connection that is nobody's: what an administrator or a thief would open.
    pub(crate) async fn outside(&self) -> DatabaseConnection {
        match &self.place {
            Place::Sqlite(file) => connect(&format!("sqlite://{}", file.display()), 1).await,
            Place::Postgres(url) => connect(url, 1).await,
        }
    }

    /// Runs raw statements in one transaction and commits, or rolls all of them back and says why.
    pub(crate) async fn transaction(&self, statements: &[&str]) -> Result<(), DbErr> {
        let tx = begin(self.db.schema()).await?;
        for statement in statements {
            if let Err(error) = tx.execute_unprepared(statement).await {
                tx.rollback().await?;
                return Err(error);
            }
        }
        tx.commit().await
    }

    /// The first column of every row, as text.
    pub(crate) async fn column(&self, sql: &str) -> Vec<String> {
        let statement = Statement::from_string(self.db.backend(), sql);
        let rows = self.db.schema().query_all_raw(statement).await.unwrap();
        rows.iter()
            .map(|row| {
                row.try_get_by_index::<String>(0)
                    .or_else(|_| row.try_get_by_index::<i64>(0).map(|n| n.to_string()))
                    .unwrap()
            })
            .collect()
    }

    /// The one number that a query answers.
    pub(crate) async fn number(&self, sql: &str) -> i64 {
        self.column(sql).await.first().unwrap().parse().unwrap()
    }

    /// Transactions that somebody began and nobody is working on or finishing.
    pub(crate) async fn open_transactions(&self) -> i64 {
        match self.place {
            Place::Sqlite(_) => {
                // Whoever holds the write lock keeps a newcomer out.
                let outside = self.outside().await;
                outside
                    .execute_unprepared("PRAGMA busy_timeout = 200; BEGIN IMMEDIATE; ROLLBACK")
                    .await
                    .map_or(1, |_| 0)
            }
            Place::Postgres(_) => {
                self.number(
                    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() \
                     AND state LIKE 'idle in transaction%'",
                )
                .await
            }
        }
    }

    /// Every table, sorted, without those of the databases themselves.
    pub(crate) async fn tables(&self) -> Vec<String> {
        self.column(match self.place {
            Place::Sqlite(_) => {
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
            }
            Place::Postgres(_) => {
                "SELECT table_name::text FROM information_schema.tables \
                 WHERE table_schema = current_schema() ORDER BY table_name"
            }
        })
        .await
    }

    /// Every row of a table as text, sorted.
    pub(crate) async fn rows(&self, table: &str) -> Vec<String> {
        let mut rows = match self.place {
            Place::Sqlite(_) => {
                let columns = format!("SELECT name FROM pragma_table_info('{table}')");
                let quoted: Vec<String> =
                    self.column(&columns).await.iter().map(|column| format!("quote(\"{column}\")")).collect();
                let row = quoted.join(" || ',' || ");
                self.column(&format!("SELECT {row} FROM \"{table}\"")).await
            }
            Place::Postgres(_) => self.column(&format!("SELECT t::text FROM \"{table}\" t")).await,
        };
        rows.sort();
        rows
    }

    /// Every row of every table but these, with the table before it.
    pub(crate) async fn content_without(&self, tables: &[&str]) -> Vec<String> {
        let mut all = Vec::new();
        for table in self.tables().await {
            if !tables.contains(&table.as_str()) {
                let rows = self.rows(&table).await;
                all.extend(rows.into_iter().map(|row| format!("{table}: {row}")));
            }
        }
        all
    }
}

impl Place {
    /// Opens it as the product does.
    pub(crate) async fn open(&self) -> Db {
        match self {
            Self::Sqlite(file) => Db::sqlite(file).await.unwrap(),
            Self::Postgres(url) => Db::postgres(url).await.unwrap(),
        }
    }

    /// How a child process is told.
    pub(crate) fn describe(&self) -> String {
        match self {
            Self::Sqlite(file) => format!("sqlite://{}", file.display()),
            Self::Postgres(url) => url.clone(),
        }
    }

    /// What a child process understands.
    pub(crate) fn read(text: &str) -> Self {
        match text.strip_prefix("sqlite://") {
            Some(file) => Self::Sqlite(file.into()),
            None => Self::Postgres(text.to_owned()),
        }
    }

    /// Another database with the same content. Nobody may have this one open.
    pub(crate) async fn copy(&self) -> Self {
        match self {
            Self::Sqlite(file) => {
                let copy = new_folder().join("headroom.sqlite");
                fs::copy(file, &copy).unwrap();
                Self::Sqlite(copy)
            }
            Self::Postgres(url) => create_database(url.rsplit('/').next()).await,
        }
    }

    pub(crate) async fn remove(&self) {
        match self {
            Self::Sqlite(file) => drop(fs::remove_dir_all(file.parent().unwrap())),
            Self::Postgres(url) => {
                let name = url.rsplit('/').next().unwrap();
                let admin = connect(server(), 1).await;
                admin.execute_unprepared(&format!("DROP DATABASE \"{name}\" WITH (FORCE)")).await.unwrap();
                admin.close().await.unwrap();
            }
        }
    }
}

/// Opens a plain pool, outside of the product's rules.
#[expect(
    clippy::disallowed_methods,
    reason = "tests look at the database from outside and make the mistakes that the product must not"
)]
pub(crate) async fn connect(url: &str, connections: u32) -> DatabaseConnection {
    let mut options = ConnectOptions::new(url);
    options.max_connections(connections).sqlx_logging(false);
    Database::connect(options).await.unwrap()
}

/// Begins a transaction the plain way.
#[expect(
    clippy::disallowed_methods,
    reason = "tests look at the database from outside and make the mistakes that the product must not"
)]
pub(crate) async fn begin(connection: &DatabaseConnection) -> Result<DatabaseTransaction, DbErr> {
    connection.begin().await
}

fn new_folder() -> PathBuf {
    let memory = Path::new("/dev/shm");
    let mut builder = tempfile::Builder::new();
    builder.prefix("headroom-test-");
    let folder = if memory.is_dir() { builder.tempdir_in(memory) } else { builder.tempdir() };
    folder.map(TempDir::keep).unwrap()
}

/// Changes whenever a migration does, so that a template of another version is never taken.
fn fingerprint() -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migration/src");
    let files: BTreeMap<PathBuf, Vec<u8>> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| (path.clone(), fs::read(path).unwrap()))
        .collect();
    let parts: Vec<&[u8]> = files.values().map(Vec::as_slice).collect();
    headroom::domain::digest::hex(&parts).split_off(48)
}

/// A migrated file, made once and kept in the build folder.
async fn sqlite_template() -> &'static Path {
    static TEMPLATE: OnceCell<PathBuf> = OnceCell::const_new();
    TEMPLATE
        .get_or_init(async || {
            let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
            let template = folder.join(format!("template-{}.sqlite", fingerprint()));
            if !template.exists() {
                let draft = tempfile::Builder::new().tempdir_in(folder).unwrap();
                let file = draft.path().join("draft.sqlite");
                let db = Db::sqlite(&file).await.unwrap();
                Migrator::up(db.schema(), None).await.unwrap();
                db.close().await.unwrap();
                fs::rename(file, &template).unwrap();
            }
            template
        })
        .await
}

/// A migrated database, made once per server; several processes may want it at the same moment.
async fn postgres_template() -> &'static str {
    static TEMPLATE: OnceCell<String> = OnceCell::const_new();
    TEMPLATE
        .get_or_init(async || {
            let name = format!("headroom_template_{}", fingerprint());
            let admin = connect(server(), 1).await;
            admin.execute_unprepared("SELECT pg_advisory_lock(8025)").await.unwrap();
            let known = Statement::from_string(
                admin.get_database_backend(),
                format!("SELECT 1 FROM pg_database WHERE datname = '{name}'"),
            );
            if admin.query_one_raw(known).await.unwrap().is_none() {
                let draft = create_database(None).await;
                let Place::Postgres(url) = &draft else { unreachable!() };
                let made = url.rsplit('/').next().unwrap();
                let db = connect(url, 1).await;
                Migrator::up(&db, None).await.unwrap();
                db.close().await.unwrap();
                admin.execute_unprepared(&format!("ALTER DATABASE \"{made}\" RENAME TO \"{name}\"")).await.unwrap();
            }
            admin.close().await.unwrap();
            name
        })
        .await
}

async fn create_database(template: Option<&str>) -> Place {
    let name = format!("headroom_test_{}", Uuid::now_v7().simple());
    let admin = connect(server(), 1).await;
    let like = template.map_or_else(String::new, |template| format!(" TEMPLATE \"{template}\""));
    admin.execute_unprepared(&format!("CREATE DATABASE \"{name}\"{like}")).await.unwrap();
    admin.close().await.unwrap();
    let (base, _) = server().rsplit_once('/').unwrap();
    Place::Postgres(format!("{base}/{name}"))
}

/// The server's URL. It is ours and stops when this process ends, however it ends: it waits for its input to close.
fn server() -> &'static str {
    static SERVER: LazyLock<Result<(String, Option<Child>), String>> = LazyLock::new(|| {
        if let Some(url) = env::var_os("HEADROOM_TEST_POSTGRES") {
            return Ok((url.into_string().unwrap(), None));
        }
        let mut child = Command::new(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/postgres"))
            .env("HEADROOM_POSTGRES_FSYNC", "off")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            // Ctrl-C stops the tests; the server then stops by itself.
            .process_group(0)
            .spawn()
            .map_err(|error| format!("tests/postgres: {error}"))?;
        let mut url = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut url).map_err(|error| error.to_string())?;
        if url.is_empty() {
            let mut why = String::new();
            let mut stderr = child.stderr.take().unwrap();
            stderr.read_to_string(&mut why).unwrap();
            return Err(why);
        }
        Ok((url.trim().to_owned(), Some(child)))
    });
    match &*SERVER {
        Ok((url, _)) => url,
        Err(why) => panic!("{why}"),
    }
}

/// One of the few places at the PostgreSQL server: a node there holds up to 16 connections, and the server has 300.
struct Turn(Kind);

static TAKEN: Mutex<u8> = Mutex::new(0);
static FREED: Condvar = Condvar::new();

impl Turn {
    fn take(kind: Kind) -> Self {
        if kind == Kind::Postgres {
            let taken = TAKEN.lock().unwrap();
            let mut taken = FREED.wait_while(taken, |taken| *taken >= 6).unwrap();
            *taken = taken.saturating_add(1);
        }
        Self(kind)
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        if self.0 == Kind::Postgres {
            let mut taken = TAKEN.lock().unwrap();
            *taken = taken.saturating_sub(1);
            FREED.notify_one();
        }
    }
}
