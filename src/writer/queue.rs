//! What waits for the writer task, and the task: one piece of work after the other, contacts that wait together at once.

use futures::future::BoxFuture;
use tokio::sync::mpsc;

use super::{
    groups::{self, Counting},
    transaction::Shared,
};
use crate::db::Db;

/// Contacts and voids of one group.
const GROUP: usize = 512;

/// A write of its own.
pub(super) type Work = Box<dyn FnOnce(Shared) -> BoxFuture<'static, ()> + Send>;

/// What waits.
pub(super) enum Job {
    Count(Counting),
    Other(Work),
}

/// Works until no handle on the writer is left and nothing waits.
pub(super) async fn run(mut jobs: mpsc::Receiver<Job>, written: mpsc::Sender<()>, shared: Shared) {
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
