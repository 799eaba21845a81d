//! What is acknowledged is committed, on a connection that can be trusted and in the file that bears the name.
//!
//! When a disk is full or fails, SQLite rolls a transaction back by itself. The driver does not learn of it: it takes
//! what follows for savepoints of a transaction that is never committed, and says that each of them is. So a connection on
//! which COMMIT or ROLLBACK failed, or which met an error of the disk, is closed; nothing is written before another one
//! wrote and a reader read it; and what does not come back ends the process.

use sea_orm::{
    ConnectionTrait, DatabaseBackend, DatabaseConnection, DatabaseTransaction, DbErr, Statement, prelude::Uuid,
};

use super::{Db, begin};
use crate::error::{self, AppError, Trouble};

/// The row that is written to see whether anything can be: a lease that was over long ago.
const PULSE: &str = "pulse";

impl Db {
    pub(super) async fn begin_on(&self, connection: &DatabaseConnection) -> Result<DatabaseTransaction, AppError> {
        self.fit().await?;
        match begin(connection).await {
            Ok(tx) => Ok(tx),
            Err(error) => Err(self.met_on_the_writer(error).into()),
        }
    }

    /// Commits. An error leaves open whether it was done, and nobody may be told that it was.
    pub(crate) async fn commit(&self, tx: DatabaseTransaction) -> Result<(), AppError> {
        if let Err(error) = tx.commit().await {
            return Err(self.unfinished(error));
        }
        match self.health.files() {
            Some(files) if !files.are_in_place() => {
                self.health.doubt(Trouble::Moved);
                Err(Trouble::Moved.into())
            }
            _ => Ok(()),
        }
    }

    /// Rolls back what met an error, and hands the error on.
    pub(crate) async fn roll_back(&self, tx: DatabaseTransaction, why: AppError) -> AppError {
        if let Err(error) = tx.rollback().await {
            self.unfinished(error);
        } else if let Some(trouble) = why.trouble() {
            self.give_up_after(trouble);
        }
        why
    }

    /// Of COMMIT and ROLLBACK: whatever it is, that connection is not used again.
    fn unfinished(&self, error: DbErr) -> AppError {
        let trouble = error::trouble(&error);
        self.health.doubt(trouble.unwrap_or(Trouble::InputOutput));
        match (trouble, self.backend()) {
            // "No transaction is active": SQLite had rolled it back by itself.
            (None, DatabaseBackend::Sqlite) => Trouble::InputOutput.into(),
            _ => error.into(),
        }
    }

    /// Of any statement on the connection that writes.
    pub(super) fn met_on_the_writer(&self, error: DbErr) -> DbErr {
        if let Some(trouble) = error::trouble(&error) {
            self.give_up_after(trouble);
        }
        error
    }

    /// A server that may only be read may have been demoted: its successor is found by connecting again. The other troubles
    /// of PostgreSQL are no matter of the connection, or end it by themselves.
    fn give_up_after(&self, trouble: Trouble) {
        match (trouble, self.backend()) {
            (Trouble::Busy, _) => {}
            (_, DatabaseBackend::Sqlite) => self.health.doubt(trouble),
            (Trouble::ReadOnly, _) => self.health.met(trouble),
            _ => {}
        }
    }

    /// For whoever met trouble outside of a write: what is broken is looked at before the next write.
    pub fn met(&self, trouble: Trouble) {
        let broken = matches!(trouble, Trouble::InputOutput | Trouble::Damaged | Trouble::Moved);
        if broken {
            self.health.met(trouble);
        }
    }

    /// Waits until the process must end because its database is gone or broken, and says why.
    pub async fn end(&self) -> String {
        self.health.end().await
    }

    /// Waits until a database that is out of order is to be looked at again, with [`Self::fit`].
    pub(crate) async fn time_to_look(&self) {
        self.health.time_to_look().await;
    }

    /// Whether anything may be written. On SQLite, after trouble, a fresh connection is tried first.
    ///
    /// # Errors
    /// The trouble, as long as it is there.
    pub(crate) async fn fit(&self) -> Result<(), Trouble> {
        let Some(trouble) = self.health.to_look_at()? else {
            return Ok(());
        };
        match self.look(trouble).await {
            Ok(()) => {
                self.health.is_well();
                Ok(())
            }
            Err(trouble) => {
                self.health.is_still(trouble);
                Err(trouble)
            }
        }
    }

    async fn look(&self, met: Trouble) -> Result<(), Trouble> {
        self.files_are_fit()?;
        // The connection that is in doubt is closed here, and another one opened.
        let tried = match begin(&self.write).await {
            Ok(tx) => self.beat(tx).await,
            Err(error) => Err(self.met_on_the_writer(error).into()),
        };
        tried.map_err(|error| match error {
            AppError::Unavailable { .. } => Trouble::Busy,
            other => other.trouble().unwrap_or(Trouble::InputOutput),
        })?;
        if met == Trouble::Damaged && !self.reads_whole().await {
            return Err(Trouble::Damaged);
        }
        Ok(())
    }

    fn files_are_fit(&self) -> Result<(), Trouble> {
        match self.health.files() {
            Some(files) if !files.are_in_place() => Err(Trouble::Moved),
            Some(files) if !files.have_room() => Err(Trouble::Full),
            _ => Ok(()),
        }
    }

    /// Whether this node can write, and another connection reads what it wrote. For the writer alone.
    ///
    /// # Errors
    /// Why it cannot.
    pub(crate) async fn pulse(&self) -> Result<(), AppError> {
        if let Err(trouble) = self.files_are_fit() {
            self.health.met(trouble);
            return Err(trouble.into());
        }
        let tx = self.begin_write().await?;
        if self.backend() == DatabaseBackend::Postgres {
            // What every contact takes: whoever locks these out, for a change of the table or to rewrite it, is met here.
            let lock = "LOCK TABLE contact, tally IN ROW EXCLUSIVE MODE NOWAIT";
            if let Err(error) = tx.execute_unprepared(lock).await {
                return Err(self.roll_back(tx, error.into()).await);
            }
        }
        self.beat(tx).await
    }

    /// Writes one row, always the same, and reads it back as the readers do.
    async fn beat(&self, tx: DatabaseTransaction) -> Result<(), AppError> {
        let now = Uuid::now_v7();
        let before = match self.write_pulse(&tx, now).await {
            Ok(before) => before,
            Err(error) => return Err(self.roll_back(tx, error.into()).await),
        };
        self.commit(tx).await?;
        let read = self.read_pulse(&self.read).await?;
        // On PostgreSQL another node may have written since.
        if read == Some(now) || (self.health.files().is_none() && read != before) {
            Ok(())
        } else {
            self.health.doubt(Trouble::InputOutput);
            Err(Trouble::InputOutput.into())
        }
    }

    /// Answers what was there before.
    async fn write_pulse(&self, tx: &DatabaseTransaction, now: Uuid) -> Result<Option<Uuid>, DbErr> {
        let before = self.read_pulse(tx).await?;
        let over = sea_orm::prelude::DateTimeUtc::UNIX_EPOCH;
        let statement = Statement::from_sql_and_values(
            self.backend(),
            "INSERT INTO lease (name, holder, until) VALUES ($1, $2, $3) \
             ON CONFLICT (name) DO UPDATE SET holder = excluded.holder",
            [PULSE.into(), now.into(), over.into()],
        );
        tx.execute_raw(statement).await?;
        Ok(before)
    }

    async fn read_pulse(&self, conn: &impl ConnectionTrait) -> Result<Option<Uuid>, DbErr> {
        let sql = "SELECT holder FROM lease WHERE name = $1";
        let statement = Statement::from_sql_and_values(self.backend(), sql, [PULSE.into()]);
        let row = conn.query_one_raw(statement).await?;
        row.map(|row| row.try_get_by_index(0)).transpose()
    }

    /// Whether every page of SQLite's file can be read as what it is.
    async fn reads_whole(&self) -> bool {
        let check = Statement::from_string(self.backend(), "PRAGMA quick_check(1)");
        match self.read.query_one_raw(check).await {
            Ok(Some(row)) => row.try_get_by_index::<String>(0).is_ok_and(|word| word == "ok"),
            _ => false,
        }
    }
}
