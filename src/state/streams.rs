//! Open streams of live pages: so many a reader, so many in all, and one answer for all streams of a reader to whether they
//! may still listen. A change would otherwise make every open tab ask the database who it is.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    time::Duration,
};

use tokio::time::Instant;
use uuid::Uuid;

use crate::error::AppError;

/// Streams of one session, device or display: a tab has one, and a hidden tab none.
const MOST_OF_READER: usize = 10;
/// Streams of a node where nobody says otherwise: some 22 kB each.
const MOST: usize = 2_000;
/// How long an answer holds for the other streams of a reader. Shorter than the pause between a change and the question, so
/// that what was revoked by the change is never answered from before it.
const HOLDS: Duration = Duration::from_millis(500);
/// A page that found no room asks again after a minute, and is refreshed every minute all the same. Not 503: a page that
/// hears that says that it is no longer live.
const FULL: AppError = AppError::TooManyTries { retry_after: 60 };

/// The open streams of this node.
#[derive(Debug, Clone)]
pub struct Streams {
    most: Arc<AtomicUsize>,
    open: Arc<Mutex<Open>>,
}

#[derive(Debug, Default)]
struct Open {
    readers: HashMap<Uuid, (usize, Arc<Answers>)>,
    all: usize,
}

type Answers = tokio::sync::Mutex<HashMap<String, (Instant, bool)>>;

impl Default for Streams {
    fn default() -> Self {
        Self { most: Arc::new(AtomicUsize::new(MOST)), open: Arc::default() }
    }
}

impl Streams {
    /// Sets how many there may be in all: a share of the connections there may be.
    pub fn at_most(&self, most: usize) {
        self.most.store(most, Relaxed);
    }

    /// Opens one more stream of a reader: a session, a device or a display.
    ///
    /// # Errors
    /// [`AppError::TooManyTries`] where the reader, or the node, has as many as may be.
    pub fn open(&self, reader: Uuid) -> Result<Stream, AppError> {
        let mut open = self.book();
        if open.all >= self.most.load(Relaxed) {
            return Err(FULL);
        }
        let (n, answers) = open.readers.entry(reader).or_default();
        if *n >= MOST_OF_READER {
            return Err(FULL);
        }
        *n += 1;
        let answers = Arc::clone(answers);
        open.all += 1;
        drop(open);
        Ok(Stream { reader, answers, all: self.clone() })
    }

    fn book(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One open stream; its place is free again when it is dropped.
#[derive(Debug)]
pub struct Stream {
    reader: Uuid,
    answers: Arc<Answers>,
    all: Streams,
}

impl Stream {
    /// Asks, or takes the answer that another stream of the same reader just got to the same question.
    pub async fn ask(&self, question: String, ask: impl Future<Output = bool> + Send) -> bool {
        let mut answers = self.answers.lock().await;
        if let Some((at, answer)) = answers.get(&question)
            && at.elapsed() < HOLDS
        {
            return *answer;
        }
        // As of when it was asked, not of when it was answered.
        let at = Instant::now();
        let answer = ask.await;
        answers.retain(|_, (at, _)| at.elapsed() < HOLDS);
        answers.insert(question, (at, answer));
        answer
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        let mut open = self.all.book();
        open.all = open.all.saturating_sub(1);
        if let Some((n, _)) = open.readers.get_mut(&self.reader) {
            *n = n.saturating_sub(1);
            if *n == 0 {
                open.readers.remove(&self.reader);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reader_has_ten_streams_the_node_its_most_and_what_ends_makes_room() {
        let streams = Streams::default();
        streams.at_most(12);
        let (one, two) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let mut ten: Vec<Stream> = (0..10).map(|_| streams.open(one).unwrap()).collect();
        let refused = streams.open(one);
        assert!(matches!(refused, Err(AppError::TooManyTries { .. })));
        let others = [(); 2].map(|()| streams.open(two).unwrap());
        let refused = streams.open(two);
        assert!(matches!(refused, Err(AppError::TooManyTries { .. })));
        drop(ten.pop());
        assert!(streams.open(one).is_ok());
        drop((ten, others));
        let open = streams.book();
        assert!(open.readers.is_empty() && open.all == 0);
    }

    #[tokio::test]
    async fn streams_of_one_reader_ask_once_and_soon_ask_again() {
        let streams = Streams::default();
        let seats = [(); 3].map(|()| streams.open(Uuid::nil()).unwrap());
        let asked = AtomicUsize::new(0);
        let ask = || async {
            asked.fetch_add(1, Relaxed);
            true
        };
        for seat in &seats {
            assert!(seat.ask("day".to_owned(), ask()).await);
        }
        assert_eq!(asked.load(Relaxed), 1);
        assert!(seats[0].ask("another day".to_owned(), ask()).await);
        assert_eq!(asked.load(Relaxed), 2);
        tokio::time::sleep(HOLDS).await;
        assert!(seats[1].ask("day".to_owned(), ask()).await);
        assert_eq!(asked.load(Relaxed), 3);
    }
}
