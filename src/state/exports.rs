//! Large files that are being made for a reader: one at a time for each organisation or person, and a few on a node.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, PoisonError},
};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::error::AppError;

/// Files made at a time on a node.
const TURNS: usize = 2;
/// Seconds after which to ask again.
const BUSY: AppError = AppError::Unavailable { retry_after: 30 };

/// Who waits for a file.
#[derive(Debug)]
pub struct Exports {
    turns: Arc<Semaphore>,
    busy: Arc<Mutex<BTreeSet<String>>>,
}

impl Default for Exports {
    fn default() -> Self {
        Self { turns: Arc::new(Semaphore::new(TURNS)), busy: Arc::default() }
    }
}

impl Exports {
    /// Begins to make a file for somebody.
    ///
    /// # Errors
    /// [`AppError::Unavailable`] while one is made for them, or too many for others.
    pub fn begin(&self, whose: impl Into<String>) -> Result<ExportTurn, AppError> {
        let whose = whose.into();
        let mut busy = self.busy.lock().unwrap_or_else(PoisonError::into_inner);
        if busy.contains(&whose) {
            return Err(BUSY);
        }
        let one = Arc::clone(&self.turns).try_acquire_owned().map_err(|_| BUSY)?;
        busy.insert(whose.clone());
        Ok(ExportTurn { whose, busy: Arc::clone(&self.busy), _one: one })
    }
}

/// The making of one file, until it was handed over.
#[derive(Debug)]
pub struct ExportTurn {
    whose: String,
    busy: Arc<Mutex<BTreeSet<String>>>,
    _one: OwnedSemaphorePermit,
}

impl Drop for ExportTurn {
    fn drop(&mut self) {
        self.busy.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.whose);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_at_a_time_for_each_and_two_on_the_node() {
        let exports = Exports::default();
        let one = exports.begin("Z90001").unwrap();
        assert!(exports.begin("Z90001").is_err());
        let two = exports.begin("Z90002").unwrap();
        assert!(exports.begin("Z90003").is_err());
        drop(one);
        let three = exports.begin("Z90001").unwrap();
        drop((two, three));
        assert!(exports.busy.lock().unwrap().is_empty());
        assert_eq!(exports.turns.available_permits(), TURNS);
    }
}
