//! A practice keeps a letter that it sent its own way.

use entity::ids::RowId;
use serde::Serialize;

use super::Written;
use crate::{
    audit::Event,
    domain::{
        access::{Authority, By, PracticeScope},
        letter::Way,
    },
    error::AppError,
    state::AppState,
    store::letters::{self, NewLetter},
    writer::Tx,
};

/// A letter was recorded as sent: ids, codes and numbers, never a word of it.
#[derive(Debug, Serialize)]
struct LetterSent {
    letter: RowId,
    kind: String,
    level: &'static str,
    version: i32,
    how: Way,
    transfers: usize,
}

impl Event for LetterSent {
    const NAME: &'static str = "letter.sent";
}

/// A letter as it went out, every field filled.
#[derive(Debug, Clone)]
pub struct RecordLetter {
    /// The letter.
    pub letter: NewLetter,
}

impl RecordLetter {
    /// Writes it.
    ///
    /// # Errors
    /// [`AppError::IdReused`] where the id stands for other words; [`AppError::Unavailable`].
    pub async fn perform(self, app: &AppState, by: &By<PracticeScope>) -> Result<Written, AppError> {
        let own = by.clone();
        app.writer.write(by, move |tx| Box::pin(async move { self.run(tx, &own).await })).await
    }

    async fn run(self, tx: &Tx, by: &By<PracticeScope>) -> Result<Written, AppError> {
        let letter = self.letter;
        let added = letters::add(tx.read(by.scope()), &letter, by.id(), tx.now()).await?;
        let written = Written::of(added)?;
        if written == Written::New {
            let event = LetterSent {
                letter: letter.id,
                kind: letter.kind,
                level: letter.level.code(),
                version: letter.version,
                how: letter.how,
                transfers: letter.transfers.len(),
            };
            tx.audit(&by.scope().practice().into(), &event).await?;
        }
        Ok(written)
    }
}
