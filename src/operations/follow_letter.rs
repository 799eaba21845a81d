//! A practice records that a reply to its letter came, or that the letter was recorded by mistake.

use entity::ids::RowId;
use serde::Serialize;

use super::Written;
use crate::{
    audit::Event,
    domain::{
        access::{Authority, By, PracticeScope},
        letter::FollowUp,
    },
    error::AppError,
    state::AppState,
    store::letters::{self, NewEvent},
    writer::Tx,
};

/// A reply was recorded, or that a letter was recorded by mistake.
#[derive(Debug, Serialize)]
struct LetterEvent {
    letter: RowId,
    event: FollowUp,
}

impl Event for LetterEvent {
    const NAME: &'static str = "letter.event";
}

/// What happened with a letter.
#[derive(Debug, Clone)]
pub struct FollowLetter {
    /// What, and with which letter.
    pub event: NewEvent,
}

impl FollowLetter {
    /// Writes it.
    ///
    /// # Errors
    /// [`AppError::NotFound`] where the practice has no such letter; [`AppError::IdReused`]; [`AppError::Unavailable`].
    pub async fn perform(self, app: &AppState, by: &By<PracticeScope>) -> Result<Written, AppError> {
        let own = by.clone();
        app.writer.write(by, move |tx| Box::pin(async move { self.run(tx, &own).await })).await
    }

    async fn run(self, tx: &Tx, by: &By<PracticeScope>) -> Result<Written, AppError> {
        let (at, new) = (tx.read(by.scope()), self.event);
        if letters::one(at, new.letter).await?.is_none() {
            return Err(AppError::NotFound);
        }
        let written = Written::of(letters::add_event(at, &new, by.id(), tx.now()).await?)?;
        if written == Written::New {
            let event = LetterEvent { letter: new.letter, event: new.event };
            tx.audit(&by.scope().practice().into(), &event).await?;
        }
        Ok(written)
    }
}
