//! What a command writes with that serves nothing: a database and a writer of its own.

use crate::{clock::Clock, db::Db, live::Live, state::AppState, writer::Writer};

/// What writes: the service, or a command of its own.
pub trait Writes: Sync {
    /// The one writer.
    fn writer(&self) -> &Writer;
}

impl Writes for AppState {
    fn writer(&self) -> &Writer {
        &self.writer
    }
}

impl Writes for Alone {
    fn writer(&self) -> &Writer {
        &self.writer
    }
}

/// A writer that tells no live page.
#[derive(Debug)]
pub struct Alone {
    pub(super) writer: Writer,
}

impl Alone {
    /// Starts it; it ends when it is dropped.
    pub fn start(db: &Db, clock: &Clock) -> Self {
        Self { writer: Writer::start(db.clone(), Live::default(), clock.clone()) }
    }
}
