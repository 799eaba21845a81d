//! How connections are opened, and which of them are used again.

use std::{fs, io, path::Path, time::Duration};

use sea_orm::{
    ConnectOptions, Database, DatabaseConnection, DbErr,
    sqlx::{
        Connection, Sqlite,
        pool::PoolOptions,
        sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
    },
};

use super::{Db, health::Health};

/// Statements that a connection keeps prepared: contacts, voids and tallies come in up to 64 sizes each.
const STATEMENTS: usize = 300;
/// Rows that SQLite's thread reads ahead: each time it waits for them to be taken, two threads take turns.
const ROWS_AHEAD: usize = 1_000;

/// Pages of SQLite's log at which a commit moves the rest of it into the file: 32 MB.
const PAGES_LOGGED: &str = "8000";

/// The role that may read the ledger of releases, what is published beside it, and nothing else. A migration makes it.
const LEDGER_ROLE: &str = "headroom_ledger";

/// How long PostgreSQL lets a statement wait for a lock: as long as a person waits for a page.
const LOCK_WAITS: &str = "2s";

fn for_the_writer(sqlite: SqliteConnectOptions) -> SqliteConnectOptions {
    sqlite
        .row_buffer_size(ROWS_AHEAD)
        .busy_timeout(Duration::from_secs(5))
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .pragma("recursive_triggers", "ON")
        .pragma("secure_delete", "ON")
        // What undoes half a statement goes into a temporary file otherwise, row by row.
        .pragma("temp_store", "MEMORY")
        // Seldom reached: see `move_log`.
        .pragma("wal_autocheckpoint", PAGES_LOGGED)
        .statement_cache_capacity(STATEMENTS)
}

impl Db {
    /// Opens an SQLite file, made with permission for its owner only.
    pub async fn sqlite(file: &Path) -> Result<Self, DbErr> {
        private_file(file).map_err(|error| DbErr::Custom(format!("{}: {error}", file.display())))?;
        let health = Health::new(Some(file));
        let mut options = ConnectOptions::new(format!("sqlite://{}?mode=rwc", file.display()));
        let trusted = health.clone();
        options
            .max_connections(1)
            .acquire_timeout(Duration::from_secs(5))
            .map_sqlx_sqlite_pool_opts(kept_open)
            .map_sqlx_sqlite_before_acquire(move |connection, about| {
                let fit = is_idle(connection) && trusted.trusts(&about);
                Box::pin(async move { Ok(fit) })
            })
            .map_sqlx_sqlite_opts(for_the_writer);
        let write = connect(options).await?;
        let mut options = ConnectOptions::new(format!("sqlite://{}?mode=rw", file.display()));
        options
            .max_connections(1)
            .acquire_timeout(Duration::from_secs(5))
            .map_sqlx_sqlite_pool_opts(kept_open)
            .map_sqlx_sqlite_opts(|sqlite| sqlite.synchronous(SqliteSynchronous::Full));
        let log = connect(options).await?;
        let mut options = ConnectOptions::new(format!("sqlite://{}?mode=ro", file.display()));
        options
            .max_connections(4)
            .min_connections(1)
            .acquire_timeout(Duration::from_secs(2))
            .map_sqlx_sqlite_pool_opts(kept_open)
            .map_sqlx_sqlite_before_acquire(|connection, _| {
                let fit = is_idle(connection);
                Box::pin(async move { Ok(fit) })
            })
            .map_sqlx_sqlite_opts(|sqlite| {
                sqlite
                    .row_buffer_size(ROWS_AHEAD)
                    .busy_timeout(Duration::from_secs(5))
                    .read_only(true)
                    .statement_cache_capacity(STATEMENTS)
            });
        let read = connect(options).await?;
        Ok(Self { contacts: write.clone(), ledger: read.clone(), log: Some(log), read, write, health })
    }

    /// Connects to PostgreSQL.
    pub async fn postgres(url: &str) -> Result<Self, DbErr> {
        let health = Health::new(None);
        let pool = |most: u32| {
            let mut options = ConnectOptions::new(url);
            let trusted = health.clone();
            options
                .max_connections(most)
                .acquire_timeout(Duration::from_secs(2))
                .map_sqlx_postgres_before_acquire(move |connection, about| {
                    let fit = is_idle(connection) && trusted.trusts(&about);
                    Box::pin(async move { Ok(fit) })
                })
                .map_sqlx_postgres_opts(|postgres| {
                    postgres.application_name("headroom").statement_cache_capacity(STATEMENTS).options([
                        // A transaction that nobody finishes must not hold its locks for ever.
                        ("idle_in_transaction_session_timeout", "30s"),
                        ("lock_timeout", LOCK_WAITS),
                        // Compiling took about 50 ms of an LMC's longest statements and made none of them quicker.
                        ("jit", "off"),
                        // The looks of a page run beside each other already: each with workers of its own, they wait for
                        // one another's.
                        ("max_parallel_workers_per_gather", "0"),
                    ])
                });
            options
        };
        Ok(Self {
            read: connect(pool(10)).await?,
            contacts: connect(pool(1)).await?,
            write: connect(pool(5)).await?,
            log: None,
            ledger: connect(ledger_pool(url, health.clone())).await?,
            health,
        })
    }
}

/// Connections that read the ledger alone. They take their role as they are opened, so that no query can come before it;
/// none is opened before it is needed, because a migration makes the role.
fn ledger_pool(url: &str, trusted: Health) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    options
        .max_connections(5)
        .min_connections(0)
        .connect_lazy(true)
        .acquire_timeout(Duration::from_secs(2))
        .map_sqlx_postgres_before_acquire(move |connection, about| {
            let fit = is_idle(connection) && trusted.trusts(&about);
            Box::pin(async move { Ok(fit) })
        })
        .map_sqlx_postgres_opts(|postgres| {
            postgres.application_name("headroom-ledger").options([
                ("role", LEDGER_ROLE),
                ("default_transaction_read_only", "on"),
                ("idle_in_transaction_session_timeout", "30s"),
                ("lock_timeout", LOCK_WAITS),
            ])
        });
    options
}

/// Whether a connection is in no transaction. After a transaction that could be neither committed nor rolled back it
/// counts as in one: the next would be a savepoint inside it, would say that it is committed, and be gone.
fn is_idle(connection: &impl Connection) -> bool {
    !connection.is_in_transaction()
}

/// Connections that stay open for as long as the process lives: the last one to close would take the log with it.
fn kept_open(options: PoolOptions<Sqlite>) -> PoolOptions<Sqlite> {
    options.max_lifetime(None).idle_timeout(None)
}

/// Statements never enter spans or logs with their values: they are personal data.
#[expect(clippy::disallowed_methods, reason = "the one place where a connection is opened")]
async fn connect(mut options: ConnectOptions) -> Result<DatabaseConnection, DbErr> {
    options.sqlx_logging(false).record_stmt_in_spans(false);
    Database::connect(options).await
}

#[cfg(unix)]
fn private_file(file: &Path) -> io::Result<()> {
    use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
    // A file that is there is not opened: to close it again would give up the locks that others of this process hold on it.
    let made = fs::OpenOptions::new().create_new(true).append(true).mode(0o600).open(file);
    match made {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        _ => fs::set_permissions(file, fs::Permissions::from_mode(0o600)),
    }
}

#[cfg(not(unix))]
fn private_file(file: &Path) -> io::Result<()> {
    fs::OpenOptions::new().create(true).append(true).open(file).map(drop)
}
