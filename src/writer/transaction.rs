//! An open transaction, and what all of them use.

use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Utc};
use entity::ids::{NotAnId, OdsCode, OrgCode};
use sea_orm::{DatabaseTransaction, DbErr};

use crate::{
    audit::{self, Event, Stamp, Told},
    clock::Clock,
    db::{Db, Scoped},
    domain::{
        contact::{CountOp, StepOutcome},
        grant,
    },
    error::AppError,
    live::{Change, Live, What},
    store::{
        self,
        contacts::{self, Remembered},
    },
};

/// What every write uses.
#[derive(Clone)]
pub(super) struct Shared {
    pub(super) db: Db,
    pub(super) live: Live,
    pub(super) clock: Clock,
    pub(super) remembered: Arc<Remembered>,
}

/// An open transaction with what it will tell once it is committed.
#[derive(Debug)]
pub struct Tx {
    pub(super) conn: DatabaseTransaction,
    changes: Mutex<Vec<Change>>,
    /// Events of this transaction; written before COMMIT, with the digests of the rows it wrote.
    pub(super) events: Mutex<Vec<Told>>,
    /// The chain that tells of all rows of this transaction, where it is one.
    pub(super) under: Mutex<Option<OrgCode>>,
    pub(super) stamp: Stamp,
    /// Whether this node's clock is doubted: events say so.
    pub(super) doubted: bool,
    remembered: Arc<Remembered>,
}

impl Tx {
    pub(super) fn new(conn: DatabaseTransaction, actor: String, shared: &Shared) -> Self {
        let clock = &shared.clock;
        Self {
            conn,
            changes: Mutex::default(),
            events: Mutex::default(),
            under: Mutex::default(),
            stamp: Stamp { actor, at: clock.stamp() },
            doubted: clock.is_doubted(),
            remembered: Arc::clone(&shared.remembered),
        }
    }

    /// The transaction, for store functions that write.
    pub fn conn(&self) -> &DatabaseTransaction {
        &self.conn
    }

    /// Reads inside the transaction, within a scope: a read that decides a write belongs here.
    pub fn read<'a, S>(&'a self, scope: &'a S) -> Scoped<'a, DatabaseTransaction, S> {
        Scoped::new(&self.conn, scope)
    }

    /// When this transaction is recorded.
    pub fn now(&self) -> DateTime<Utc> {
        self.stamp.at
    }

    /// Appends contacts, voids and tally marks: see [`contacts::append`].
    pub async fn count(&self, ops: &[&CountOp]) -> Result<Vec<StepOutcome>, DbErr> {
        contacts::append(&self.conn, ops, self.now(), &self.remembered).await
    }

    /// Tells live pages after COMMIT.
    pub fn changed(&self, practice: &OdsCode, what: What) {
        let change = Change { practice: practice.clone(), what };
        let mut changes = self.changes.lock().unwrap_or_else(PoisonError::into_inner);
        if !changes.contains(&change) {
            changes.push(change);
        }
    }

    /// Appends to the organisation's audit chain, in this transaction: before COMMIT, when all rows it tells of are there.
    #[expect(clippy::unused_async, reason = "written before COMMIT, and awaited where it is said")]
    pub async fn audit<E: Event>(&self, organisation: &OrgCode, event: &E) -> Result<(), DbErr> {
        let told = Told::new(organisation, event)?;
        let mut events = self.events.lock().unwrap_or_else(PoisonError::into_inner);
        events.push(told);
        Ok(())
    }

    /// Lets one chain tell of every row of this transaction, and keeps others from appending to it until COMMIT.
    ///
    /// # Errors
    /// Where the database cannot be written.
    pub async fn tell_under(&self, organisation: &OrgCode) -> Result<(), DbErr> {
        audit::hold(&self.conn, organisation).await?;
        let mut under = self.under.lock().unwrap_or_else(PoisonError::into_inner);
        *under = Some(organisation.clone());
        Ok(())
    }

    /// Appends to the chain of the service itself: people, sessions, set-up.
    pub async fn audit_service<E: Event>(&self, event: &E) -> Result<(), DbErr> {
        let service: OrgCode = grant::SERVICE.parse().map_err(|error: NotAnId| DbErr::Custom(error.to_string()))?;
        self.audit(&service, event).await
    }

    pub(super) async fn commit(self, shared: &Shared) -> Result<(), AppError> {
        let Shared { db, live, .. } = shared;
        let changes = self.changes.into_inner().unwrap_or_else(PoisonError::into_inner);
        if let Err(error) = store::live::notify(&self.conn, live.node(), &changes).await {
            return Err(db.roll_back(self.conn, error.into()).await);
        }
        db.commit(self.conn).await?;
        for change in &changes {
            live.publish(change);
        }
        Ok(())
    }
}
