//! A practice confirms or removes what its LMC noted by telephone.

use entity::ids::StatusId;
use serde::Serialize;

use crate::{
    audit::Event,
    domain::{
        access::{Authority, By, PracticeScope},
        action::EntryAnswer,
    },
    error::AppError,
    live::What,
    state::AppState,
    store::{actions, write},
    writer::Tx,
};

/// The practice answered what its LMC had entered.
#[derive(Debug, Serialize)]
struct StatusAnswered {
    status: StatusId,
    answer: &'static str,
}

impl Event for StatusAnswered {
    const NAME: &'static str = "status.answered";
}

/// An answer to one entry.
#[derive(Debug, Clone, Copy)]
pub struct AnswerEntry {
    /// The entry.
    pub status: StatusId,
    /// Whether it is so.
    pub answer: EntryAnswer,
}

impl AnswerEntry {
    /// Writes it; the first answer stands.
    ///
    /// # Errors
    /// [`AppError::NotFound`] where the practice has no such row, [`AppError::Conflict`] where it answered otherwise
    /// before; [`AppError::Unavailable`].
    pub async fn perform(self, app: &AppState, by: &By<PracticeScope>) -> Result<(), AppError> {
        let own = by.clone();
        app.writer.write(by, move |tx| Box::pin(async move { self.run(tx, &own).await })).await
    }

    async fn run(self, tx: &Tx, by: &By<PracticeScope>) -> Result<(), AppError> {
        let Self { status, answer } = self;
        let (at, practice) = (tx.read(by.scope()), by.scope().practice());
        match actions::answer(at, status, answer, by.id(), tx.now()).await? {
            None => Err(AppError::NotFound),
            Some(write::Outcome::IdReused) => {
                Err(AppError::Conflict("this entry was answered otherwise before: record a change instead"))
            }
            Some(write::Outcome::Repeat | write::Outcome::Full | write::Outcome::Erased) => Ok(()),
            Some(write::Outcome::New) => {
                let event = StatusAnswered { status, answer: answer.code() };
                tx.audit(&practice.into(), &event).await?;
                tx.changed(practice, What::Register);
                Ok(())
            }
        }
    }
}
