//! What a command writes with that serves nothing: a database and a writer of its own.

use crate::{clock::Clock, db::Db, live::Live, writer::Writer};

/// A writer that tells no live page.
#[derive(Debug)]
pub struct Alone {
    pub(super) writer: Writer,
}

impl Alone {
    /// Starts it; it ends when it is dropped.
    pub fn start(db: &Db, clock: &Clock) -> Self {
        Self {
            writer: Writer::start(db.clone(), Live::default(), clock.clone()),
        }
    }
}
