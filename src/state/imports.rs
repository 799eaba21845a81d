//! Extracts that are being taken in on this node: so many at a time, and how far each is.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use entity::ids::OdsCode;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::error::AppError;

/// Extracts that are read at a time: each takes a core and some disk.
const TURNS: usize = 2;

/// How far the taking in of an extract is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Progress {
    /// Bytes of the file of slots that were taken in.
    pub read: u64,
    /// Its bytes; 0 before the first reading has told.
    pub of: u64,
}

type Running = Arc<Mutex<HashMap<OdsCode, Progress>>>;

/// Who is at it.
#[derive(Debug)]
pub struct Imports {
    turns: Arc<Semaphore>,
    running: Running,
}

impl Default for Imports {
    fn default() -> Self {
        Self {
            turns: Arc::new(Semaphore::new(TURNS)),
            running: Running::default(),
        }
    }
}

impl Imports {
    /// Begins taking in an extract of a practice; it ends when the turn is dropped, however that comes about.
    ///
    /// # Errors
    /// [`AppError::Unavailable`] where as many are at it as may be, or this practice itself is.
    pub fn begin(&self, practice: &OdsCode) -> Result<Turn, AppError> {
        const BUSY: AppError = AppError::Unavailable { retry_after: 30 };
        let one = Arc::clone(&self.turns).try_acquire_owned();
        let one = one.map_err(|_| BUSY)?;
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        if running.contains_key(practice) {
            return Err(BUSY);
        }
        running.insert(practice.clone(), Progress::default());
        Ok(Turn {
            practice: practice.clone(),
            running: Arc::clone(&self.running),
            _one: one,
        })
    }

    /// How far the extract of a practice is, where one is being taken in.
    pub fn of(&self, practice: &OdsCode) -> Option<Progress> {
        let running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        running.get(practice).copied()
    }
}

/// The taking in of one extract.
#[derive(Debug)]
pub struct Turn {
    practice: OdsCode,
    running: Running,
    _one: OwnedSemaphorePermit,
}

impl Turn {
    /// Notes how far it is.
    pub fn at(&self, progress: Progress) {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        running.insert(self.practice.clone(), progress);
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        running.remove(&self.practice);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_practice_takes_in_one_extract_at_a_time_and_the_node_two() {
        let imports = Imports::default();
        let [one, two, three] = ["Z90001", "Z90002", "Z90003"].map(|code| code.parse().unwrap());
        assert_eq!(imports.of(&one), None);
        let turn = imports.begin(&one).unwrap();
        assert!(imports.begin(&one).is_err());
        turn.at(Progress { read: 5, of: 10 });
        assert_eq!(imports.of(&one), Some(Progress { read: 5, of: 10 }));
        let other = imports.begin(&two).unwrap();
        assert!(imports.begin(&three).is_err());
        drop((turn, other));
        assert_eq!(imports.of(&one), None);
        assert!(imports.begin(&three).is_ok());
    }
}
