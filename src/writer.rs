//! Every write goes through here; a transaction never runs in a request future.
//!
//! A phone that disconnects drops its request's future. A `BEGIN` cancelled in flight hands a pooled PostgreSQL
//! connection back with an open transaction, and what follows on it is acknowledged and never committed. So contacts
//! go to one task that commits them in groups, other writes run there too (SQLite) or in a spawned task (PostgreSQL),
//! and the caller only waits. Acknowledged means COMMIT returned; the live event is published by whoever committed.

use std::{panic::AssertUnwindSafe, sync::Arc};

use futures::{FutureExt, future::BoxFuture};
use sea_orm::DatabaseBackend;
use tokio::sync::{mpsc, oneshot};

pub use self::transaction::Tx;
use self::{
    groups::Counting,
    queue::{Job, Work},
    transaction::Shared,
};
use crate::{
    clock::Clock,
    db::Db,
    domain::{
        access::{Authority, By, Counts, Permission, Permit, PracticeScope},
        contact::{CountOp, StepOutcome},
        work::{TallyMark, TallySheet},
    },
    error::AppError,
    live::Live,
};

mod adopting;
mod groups;
mod importing;
mod log;
mod queue;
mod ready;
mod recording;
mod retention;
mod same_days;
pub mod staging;
mod taking_back;
mod transaction;

/// Contacts that may wait; a fuller queue answers 503.
const QUEUE: usize = 4096;

/// A handle on the writer; clones share one queue.
#[derive(Clone)]
pub struct Writer {
    queue: mpsc::Sender<Job>,
    shared: Shared,
    known: Arc<ready::Known>,
}

impl std::fmt::Debug for Writer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let waiting = QUEUE.saturating_sub(self.queue.capacity());
        write!(f, "Writer({waiting} waiting)")
    }
}

impl Writer {
    /// Starts the writer task; it ends when the last handle is dropped and the queue is empty.
    pub fn start(db: Db, live: Live, clock: Clock) -> Self {
        let (queue, jobs) = mpsc::channel(QUEUE);
        let (written, wrote) = mpsc::channel(1);
        tokio::spawn(log::keep_short(wrote, db.clone()));
        let shared = Shared { db, live, clock, remembered: Arc::default() };
        tokio::spawn(queue::run(jobs, written, shared.clone()));
        Self { queue, shared, known: Arc::default() }
    }

    /// Records contacts, voids and tally marks of one clinician. The operations of one call are written together or not at
    /// all, but for those that are refused by themselves: each has its own outcome.
    ///
    /// # Errors
    /// [`AppError::Unavailable`] when the queue is full: nothing was recorded, and the caller may try again.
    pub async fn count(&self, by: &impl Counts, ops: Vec<CountOp>) -> Result<Vec<StepOutcome>, AppError> {
        let scope = by.whose();
        if ops.iter().any(|op| op.practice() != scope.practice() || op.clinician() != Some(scope.clinician())) {
            return Err(AppError::NotFound);
        }
        self.enqueue(ops).await
    }

    /// Records tally marks that belong to a practice as a whole: where patients were sent while it diverted.
    ///
    /// # Errors
    /// As [`Self::count`].
    pub async fn tally(&self, by: &By<PracticeScope>, marks: Vec<TallyMark>) -> Result<Vec<StepOutcome>, AppError> {
        let practice = by.scope().practice();
        if marks.iter().any(|mark| mark.practice != *practice || mark.sheet != TallySheet::Divert) {
            return Err(AppError::NotFound);
        }
        self.enqueue(marks.into_iter().map(CountOp::TallyMark).collect()).await
    }

    async fn enqueue(&self, mut ops: Vec<CountOp>) -> Result<Vec<StepOutcome>, AppError> {
        if self.shared.clock.is_doubted() {
            for op in &mut ops {
                op.mark_clock();
            }
        }
        let (reply, answer) = oneshot::channel();
        self.queue
            .try_send(Job::Count(Counting { ops, reply }))
            .map_err(|_| AppError::Unavailable { retry_after: 1 })?;
        answer.await.map_err(|_| AppError::Unavailable { retry_after: 1 })?
    }

    /// Moves what is in the log into the database file and empties the log (SQLite; elsewhere nothing): what was erased
    /// is in neither then. False where a reader was in the way.
    ///
    /// # Errors
    /// [`AppError::Unavailable`] when the writer is gone.
    pub async fn empty_log(&self) -> Result<bool, AppError> {
        if self.shared.db.backend() != DatabaseBackend::Sqlite {
            return Ok(true);
        }
        let (reply, answer) = oneshot::channel();
        let work: Work = Box::new(move |shared| {
            Box::pin(async move {
                drop(reply.send(shared.db.empty_log().await));
            })
        });
        self.queue.send(Job::Other(work)).await.map_err(|_| AppError::Unavailable { retry_after: 1 })?;
        let emptied = answer.await.map_err(|_| AppError::Unavailable { retry_after: 1 })?;
        Ok(emptied?)
    }

    /// Whether this node can write: writes a row and reads it back as the readers do, at most once a second whoever asks.
    ///
    /// # Errors
    /// Why it cannot.
    pub async fn check(&self) -> Result<(), AppError> {
        self.known.or_find_out(self.pulse()).await
    }

    async fn pulse(&self) -> Result<(), AppError> {
        let (reply, answer) = oneshot::channel();
        let work: Work = Box::new(move |shared| Box::pin(async move { drop(reply.send(shared.db.pulse().await)) }));
        if self.shared.db.backend() == DatabaseBackend::Sqlite {
            // Full of contacts: they are answered the same.
            self.queue.try_send(Job::Other(work)).map_err(|_| ready::LATE)?;
        } else {
            tokio::spawn(work(self.shared.clone()));
        }
        answer.await.map_err(|_| ready::LATE)?
    }

    /// Runs any other write in a transaction that outlives the request. The work should take less than 50 ms.
    ///
    /// # Errors
    /// What the work returns, with everything rolled back; or [`AppError::Unavailable`].
    pub async fn write<T, W>(&self, authority: &impl Authority, work: W) -> Result<T, AppError>
    where
        T: Send + 'static,
        W: for<'t> FnOnce(&'t Tx) -> BoxFuture<'t, Result<T, AppError>> + Send + 'static,
    {
        self.submit(authority.name(), work).await
    }

    async fn submit<T, W>(&self, actor: String, work: W) -> Result<T, AppError>
    where
        T: Send + 'static,
        W: for<'t> FnOnce(&'t Tx) -> BoxFuture<'t, Result<T, AppError>> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let job: Work = Box::new(move |shared| {
            Box::pin(async move {
                // A panic rolls back like an error, and must not take the writer task and all later writes with it.
                let result = AssertUnwindSafe(transact(&shared, actor, work))
                    .catch_unwind()
                    .await
                    .unwrap_or_else(|_| Err(AppError::Fault("a write panicked".to_owned())));
                // The caller may be gone; the work is done all the same.
                drop(reply.send(result));
            })
        });
        if self.shared.db.backend() == DatabaseBackend::Sqlite {
            self.queue.send(Job::Other(job)).await.map_err(|_| AppError::Unavailable { retry_after: 1 })?;
        } else {
            tokio::spawn(job(self.shared.clone()));
        }
        answer.await.map_err(|_| AppError::Unavailable { retry_after: 1 })?
    }
}

async fn transact<T, W>(shared: &Shared, actor: String, work: W) -> Result<T, AppError>
where
    W: for<'t> FnOnce(&'t Tx) -> BoxFuture<'t, Result<T, AppError>> + Send,
{
    let db = &shared.db;
    let tx = Tx::new(db.begin_write().await?, actor, shared);
    match tx.recorded(work(&tx)).await {
        Ok(value) => {
            tx.commit(shared).await?;
            Ok(value)
        }
        Err(error) => Err(db.roll_back(tx.conn, error).await),
    }
}

/// A permission's scope, for closures that must own it.
pub fn owned_scope<P: Permission>(permit: &Permit<P>) -> P::Scope {
    permit.scope().clone()
}
