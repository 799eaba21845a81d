//! Work that takes a core for a while: few threads, below the priority of requests, and a queue with an end.
//!
//! Hashing a password takes 46 MiB and 20 to 45 ms, setting a page tens of milliseconds. On the threads of requests, or on
//! as many others as somebody asks for, contacts would wait; in a queue without an end, everybody would.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc, Mutex, PoisonError,
        mpsc::{Receiver, SyncSender, sync_channel},
    },
    thread,
};

use tokio::sync::oneshot;

use crate::error::AppError;

/// How far below the priority of requests: they get nine tenths of a core that both want, and work goes on all the same.
const NICE: i32 = 10;
/// Passwords that may wait for each thread: at 30 ms each, who signs in waits less than 400 ms.
const MOST_PASSWORDS: usize = 10;
/// Pages and workbooks that may wait: a pack of letters asks for one after another.
const MOST_PAGES: usize = 32;
/// When to try again, in seconds.
const COME_BACK: u32 = 2;

type Job = Box<dyn FnOnce() + Send>;

/// Threads with a queue. They end when this is dropped and the queue is empty.
#[derive(Debug)]
pub struct Workers {
    queue: SyncSender<Job>,
}

impl Workers {
    /// For hashing passwords: on half of the cores.
    pub fn for_passwords() -> Self {
        let cores = thread::available_parallelism().map_or(1, usize::from);
        let threads = (cores / 2).max(1);
        Self::start(threads, threads.saturating_mul(MOST_PASSWORDS))
    }

    /// For setting pages and reading workbooks: one at a time.
    pub fn for_pages() -> Self {
        Self::start(1, MOST_PAGES)
    }

    fn start(threads: usize, waiting: usize) -> Self {
        let (queue, jobs) = sync_channel(waiting);
        let jobs = Arc::new(Mutex::new(jobs));
        for _ in 0..threads {
            let jobs = Arc::clone(&jobs);
            // Where no thread can be made, the others do the work; where none can, whoever asks is told to come back.
            let made = thread::Builder::new().name("worker".to_owned()).spawn(move || work(&jobs));
            if let Err(error) = made {
                tracing::error!(%error, "a thread for heavy work could not be started");
            }
        }
        Self { queue }
    }

    /// Does the work when it is its turn, unless nobody waits for it any more.
    ///
    /// # Errors
    /// [`AppError::Unavailable`] where too many wait already.
    pub async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, AppError> {
        let (reply, answer) = oneshot::channel();
        let job: Job = Box::new(move || {
            if !reply.is_closed() {
                drop(reply.send(work()));
            }
        });
        let full = |_| AppError::Unavailable { retry_after: COME_BACK };
        self.queue.try_send(job).map_err(full)?;
        let failed = |_| AppError::Fault("heavy work panicked".to_owned());
        answer.await.map_err(failed)
    }
}

fn work(jobs: &Mutex<Receiver<Job>>) {
    // On Linux a priority is one thread's own. Without it all goes on as before.
    #[cfg(target_os = "linux")]
    if let Err(error) = rustix::process::nice(NICE) {
        tracing::debug!(%error, "heavy work runs at the priority of requests");
    }
    loop {
        let next = jobs.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(job) = next else { return };
        // A panic ends the job, whose caller is told, and not the thread.
        drop(catch_unwind(AssertUnwindSafe(job)));
    }
}

#[cfg(test)]
mod tests {
    use std::{
        sync::atomic::{AtomicUsize, Ordering},
        time::Duration,
    };

    use futures::future::join_all;

    use super::*;

    #[tokio::test]
    async fn the_queue_has_an_end_and_work_that_nobody_waits_for_is_left() {
        let workers = Workers::start(1, 4);
        let done = Arc::new(AtomicUsize::new(0));
        let slow = || {
            let done = Arc::clone(&done);
            workers.run(move || {
                thread::sleep(Duration::from_millis(20));
                done.fetch_add(1, Ordering::SeqCst);
            })
        };
        let answers = join_all((0..40).map(|_| slow())).await;
        let refused = answers.iter().filter(|answer| answer.is_err()).count();
        // Four wait, and the first may have been taken from the queue already.
        assert!((35..=36).contains(&refused), "{refused}");
        let before = done.load(Ordering::SeqCst);
        assert_eq!(before, 40 - refused);
        for _ in 0..3 {
            let gone = tokio::time::timeout(Duration::from_millis(1), slow()).await;
            assert!(gone.is_err());
        }
        workers.run(|| ()).await.unwrap();
        assert!(done.load(Ordering::SeqCst) <= before + 1);
    }

    #[tokio::test]
    async fn a_panic_is_a_fault_of_its_own_work_alone() {
        let workers = Workers::start(1, 4);
        let failed = workers.run(|| assert_eq!(1, 2, "planted")).await;
        assert!(matches!(failed, Err(AppError::Fault(_))));
        assert_eq!(workers.run(|| 7).await.unwrap(), 7);
    }
}
