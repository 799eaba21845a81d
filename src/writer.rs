//! Every write goes through here; a transaction never runs in a request future.
//!
//! A phone that disconnects drops its request's future. A `BEGIN` cancelled in flight hands a pooled PostgreSQL
//! connection back with an open transaction, and what follows on it is acknowledged and never committed. So contacts
//! go to one task that commits them in groups, other writes run there too (SQLite) or in a spawned task (PostgreSQL),
//! and the caller only waits. Acknowledged means COMMIT returned; the live event is published by whoever committed.

use std::{
    panic::AssertUnwindSafe,
    sync::{Arc, Mutex, PoisonError},
};

use chrono::{DateTime, Utc};
use entity::ids::{NotAnId, OdsCode, OrgCode};
use futures::{FutureExt, future::BoxFuture};
use sea_orm::{DatabaseBackend, DatabaseTransaction, DbErr};
use tokio::sync::{mpsc, oneshot};

use crate::{
    audit::{Event, Stamp, Told},
    clock::Clock,
    db::{Db, Scoped},
    domain::{
        access::{Authority, By, Counts, Permission, Permit, PracticeScope},
        contact::{CountOp, StepOutcome},
        grant,
        work::{self, NewTick, TallySheet},
    },
    error::AppError,
    live::{Change, Live, What},
    store::{
        self,
        contacts::{self, Remembered},
    },
};

mod groups;
mod importing;
mod log;
mod ready;
mod recording;
mod retention;
pub mod staging;

/// Contacts that may wait; a fuller queue answers 503.
const QUEUE: usize = 4096;
/// Contacts and voids of one group.
const GROUP: usize = 512;

/// An open transaction with what it will tell once it is committed.
#[derive(Debug)]
pub struct Tx {
    conn: DatabaseTransaction,
    changes: Mutex<Vec<Change>>,
    /// Events of this transaction; written before COMMIT, with the digests of the rows it wrote.
    events: Mutex<Vec<Told>>,
    stamp: Stamp,
    /// Whether this node's clock is doubted: events say so.
    doubted: bool,
    remembered: Arc<Remembered>,
}

impl Tx {
    fn new(conn: DatabaseTransaction, actor: String, shared: &Shared) -> Self {
        let clock = &shared.clock;
        Self {
            conn,
            changes: Mutex::default(),
            events: Mutex::default(),
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

    /// Appends contacts, voids and ticks: see [`contacts::append`].
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

    /// Appends to the chain of the service itself: people, sessions, set-up.
    pub async fn audit_service<E: Event>(&self, event: &E) -> Result<(), DbErr> {
        let service: OrgCode = grant::SERVICE.parse().map_err(|error: NotAnId| DbErr::Custom(error.to_string()))?;
        self.audit(&service, event).await
    }

    async fn commit(self, shared: &Shared) -> Result<(), AppError> {
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

/// What every write uses.
#[derive(Clone)]
struct Shared {
    db: Db,
    live: Live,
    clock: Clock,
    remembered: Arc<Remembered>,
}

type Work = Box<dyn FnOnce(Shared) -> BoxFuture<'static, ()> + Send>;

struct Counting {
    ops: Vec<CountOp>,
    reply: oneshot::Sender<Result<Vec<StepOutcome>, AppError>>,
}

enum Job {
    Count(Counting),
    Other(Work),
}

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
        tokio::spawn(run(jobs, written, shared.clone()));
        Self { queue, shared, known: Arc::default() }
    }

    /// Records contacts, voids and ticks of one clinician. The operations of one call are written together or not at all,
    /// but for those that are refused by themselves: each has its own outcome.
    ///
    /// # Errors
    /// [`AppError::Unavailable`] when the queue is full: nothing was recorded, and the caller may try again.
    pub async fn count(&self, by: &impl Counts, ops: Vec<CountOp>) -> Result<Vec<StepOutcome>, AppError> {
        let scope = by.whose();
        if ops.iter().any(|op| op.practice() != scope.practice() || op.clinician() != scope.clinician()) {
            return Err(AppError::NotFound);
        }
        self.enqueue(ops).await
    }

    /// Records strokes that belong to a practice as a whole: where patients were sent while it diverted.
    ///
    /// # Errors
    /// As [`Self::count`].
    pub async fn tick(&self, by: &By<PracticeScope>, ticks: Vec<NewTick>) -> Result<Vec<StepOutcome>, AppError> {
        let practice = by.scope().practice();
        if ticks.iter().any(|tick| {
            tick.practice != *practice || tick.clinician != work::nobody() || tick.sheet != TallySheet::Divert
        }) {
            return Err(AppError::NotFound);
        }
        self.enqueue(ticks.into_iter().map(CountOp::Tick).collect()).await
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

async fn run(mut jobs: mpsc::Receiver<Job>, written: mpsc::Sender<()>, shared: Shared) {
    let mut next = next_job(&mut jobs, &shared.db).await;
    while let Some(job) = next.take() {
        match job {
            Job::Other(work) => work(shared.clone()).await,
            Job::Count(first) => {
                let mut size = first.ops.len();
                let mut group = vec![first];
                while size < GROUP {
                    match jobs.try_recv() {
                        Ok(Job::Count(more)) => {
                            size = size.saturating_add(more.ops.len());
                            group.push(more);
                        }
                        Ok(other @ Job::Other(_)) => {
                            next = Some(other);
                            break;
                        }
                        Err(_) => break,
                    }
                }
                groups::count_group(group, &shared).await;
                // Whoever was just answered may have the next contact ready: one group of all, not one of the first.
                tokio::task::yield_now().await;
            }
        }
        // A full channel means that it was said already.
        let _ = written.try_send(());
        if next.is_none() {
            next = next_job(&mut jobs, &shared.db).await;
        }
    }
}

/// Waits for work. A database that is out of order is looked at meanwhile, whether or not anybody asks for anything.
async fn next_job(jobs: &mut mpsc::Receiver<Job>, db: &Db) -> Option<Job> {
    loop {
        tokio::select! {
            biased;
            job = jobs.recv() => return job,
            () = db.time_to_look() => {
                // What it found stands in the database's own state; whoever writes next is told.
                let _ = db.fit().await;
            }
        }
    }
}

/// A permission's scope, for closures that must own it.
pub fn owned_scope<P: Permission>(permit: &Permit<P>) -> P::Scope {
    permit.scope().clone()
}
