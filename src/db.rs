//! The only opener of connections and transactions.
//!
//! SQLite: one write connection, owned by the writer task, and a pool of read-only ones. PostgreSQL: a connection of
//! its own for contacts, and a pool for everything else.

use std::{fmt, time::Duration};

use sea_orm::{
    AccessMode, ConnectionTrait, DatabaseBackend, DatabaseConnection, DatabaseTransaction, DbErr, IsolationLevel,
    RuntimeErr, SqliteTransactionMode, Statement, TransactionOptions, TransactionTrait,
};

use crate::{domain::access::LedgerScope, error::AppError};

use self::health::Health;

mod health;
mod opening;
mod proof;

/// How long readers have to come to an end when everything is closed.
const READERS_END: Duration = Duration::from_millis(500);

/// A connection and the scope its reader may see: what every store function asks for.
#[derive(Debug)]
pub struct Scoped<'a, C, S> {
    pub(crate) conn: &'a C,
    pub(crate) scope: &'a S,
}

impl<C, S> Clone for Scoped<'_, C, S> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<C, S> Copy for Scoped<'_, C, S> {}

impl<'a, C, S> Scoped<'a, C, S> {
    /// Binds a scope to a connection or an open transaction.
    pub fn new(conn: &'a C, scope: &'a S) -> Self {
        Self { conn, scope }
    }
}

/// A reader of rows within a scope.
pub type Read<'a, S> = Scoped<'a, DatabaseConnection, S>;

/// The database of one node.
#[derive(Clone)]
pub struct Db {
    read: DatabaseConnection,
    contacts: DatabaseConnection,
    write: DatabaseConnection,
    /// On SQLite, what moves the log into the file while others write.
    log: Option<DatabaseConnection>,
    /// On PostgreSQL as the role of the ledger, whose grants end at the ledger.
    ledger: DatabaseConnection,
    health: Health,
}

impl fmt::Debug for Db {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Db({:?})", self.backend())
    }
}

impl Db {
    /// Which of the two this is.
    pub fn backend(&self) -> DatabaseBackend {
        self.read.get_database_backend()
    }

    /// Reads within a scope.
    pub fn read<'a, S>(&'a self, scope: &'a S) -> Read<'a, S> {
        Scoped::new(&self.read, scope)
    }

    /// Reads the release ledger, and nothing else: on PostgreSQL the server itself refuses everything else.
    pub fn ledger<'a>(&'a self, scope: &'a LedgerScope) -> Read<'a, LedgerScope> {
        Scoped::new(&self.ledger, scope)
    }

    /// Whether what reads the ledger is refused a table of practices. SQLite knows no roles: there it is never asked.
    ///
    /// # Errors
    /// Where the role is missing, or may not be taken, or may not read the ledger either.
    pub async fn ledger_is_apart(&self) -> Result<bool, DbErr> {
        if self.backend() == DatabaseBackend::Sqlite {
            return Ok(true);
        }
        let ask = |table: &str| Statement::from_string(self.backend(), format!("SELECT 1 AS n FROM {table} LIMIT 1"));
        for table in ["release", "release_file", "lmc_office"] {
            self.ledger.query_one_raw(ask(table)).await?;
        }
        for table in ["contact", "action_status", "consent", "person"] {
            match self.ledger.query_one_raw(ask(table)).await {
                Err(error) if is_forbidden(&error) => {}
                Err(error) => return Err(error),
                Ok(_) => return Ok(false),
            }
        }
        Ok(true)
    }

    /// Reads without a scope. For who is asking, while there is none yet (sessions, devices, grants), and for what belongs to
    /// nobody (the organisation tree, the menu, leases); an architecture test lists the files that may.
    pub fn unscoped(&self) -> &DatabaseConnection {
        &self.read
    }

    /// The connection on which migrations run.
    pub fn schema(&self) -> &DatabaseConnection {
        &self.write
    }

    /// One unchanging sight of the whole database, for what compares rows with rows, or copies them, while others write. It
    /// holds a connection: a request takes one only in its turn to make a file.
    #[expect(clippy::disallowed_methods, reason = "reads only")]
    pub async fn snapshot(&self) -> Result<DatabaseTransaction, DbErr> {
        if self.backend() == DatabaseBackend::Sqlite {
            // A deferred transaction locks nobody out: WAL keeps the sight it began with.
            return self.read.begin().await;
        }
        let level = Some(IsolationLevel::RepeatableRead);
        self.read.begin_with_config(level, Some(AccessMode::ReadOnly)).await
    }

    /// Empties the write-ahead log of SQLite into the file. For the writer task alone. Waits a quarter of a second for
    /// readers, no longer: taps wait meanwhile.
    pub(crate) async fn empty_log(&self) -> Result<bool, DbErr> {
        self.write.execute_unprepared("PRAGMA busy_timeout = 250").await?;
        let statement = Statement::from_string(self.backend(), "PRAGMA wal_checkpoint(TRUNCATE)");
        let answer = self.write.query_one_raw(statement).await;
        self.write.execute_unprepared("PRAGMA busy_timeout = 5000").await?;
        let busy =
            match answer.map_err(|error| self.met_on_the_writer(error))?.map(|row| row.try_get_by_index::<i32>(0)) {
                Some(busy) => busy?,
                None => 1,
            };
        Ok(busy == 0)
    }

    /// Moves what SQLite's log holds into the file, beside whoever writes and waiting for nobody. A commit that finds the
    /// log moved begins it anew, so it stays short and no commit has to move it. PostgreSQL does so by itself.
    pub(crate) async fn move_log(&self) -> Result<(), DbErr> {
        if let Some(log) = &self.log {
            log.execute_unprepared("PRAGMA wal_checkpoint(PASSIVE)").await?;
        }
        Ok(())
    }

    /// Closes every connection. The last one to close moves everything from SQLite's log into the file: it can be copied then.
    /// A reader that does not come to an end is not waited for: the log is moved all the same.
    ///
    /// # Errors
    /// Where the file cannot be written.
    pub async fn close(&self) -> Result<(), DbErr> {
        let readers = async {
            self.ledger.close_by_ref().await?;
            self.read.close_by_ref().await
        };
        if let Ok(closed) = tokio::time::timeout(READERS_END, readers).await {
            closed?;
        } else if self.log.is_some() {
            self.empty_log().await?;
        }
        if let Some(log) = &self.log {
            log.close_by_ref().await?;
        }
        self.contacts.close_by_ref().await?;
        self.write.close_by_ref().await
    }

    /// Begins a transaction for contacts. For the writer task alone.
    pub(crate) async fn begin_contacts(&self) -> Result<DatabaseTransaction, AppError> {
        self.begin_on(&self.contacts).await
    }

    /// Begins any other write. For the writer alone, never in a request future.
    pub(crate) async fn begin_write(&self) -> Result<DatabaseTransaction, AppError> {
        self.begin_on(&self.write).await
    }
}

/// Whether the server said that the role has no grant for it.
fn is_forbidden(error: &DbErr) -> bool {
    let (DbErr::Query(RuntimeErr::SqlxError(error)) | DbErr::Exec(RuntimeErr::SqlxError(error))) = error else {
        return false;
    };
    error.as_database_error().and_then(sea_orm::sqlx::error::DatabaseError::code).is_some_and(|code| code == "42501")
}

/// On SQLite the write lock is taken at once: a deferred transaction that reads and then writes fails under load.
#[expect(clippy::disallowed_methods, reason = "the one place where a transaction begins")]
async fn begin(connection: &DatabaseConnection) -> Result<DatabaseTransaction, DbErr> {
    match connection.get_database_backend() {
        DatabaseBackend::Sqlite => {
            connection
                .begin_with_options(TransactionOptions {
                    sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
                    ..TransactionOptions::default()
                })
                .await
        }
        _ => connection.begin().await,
    }
}
