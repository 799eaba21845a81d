//! A practice records what became of a message about a divert; the newest answer holds.

use chrono::{DateTime, Utc};
use entity::ids::{MessageId, RowId};
use serde::Serialize;

use crate::{
    audit::Event,
    domain::access::{Authority, By, PracticeScope},
    error::AppError,
    live::What,
    state::AppState,
    store::divert::messages,
    writer::Tx,
};

/// What became of a message was recorded.
#[derive(Debug, Serialize)]
struct MessageAnswered {
    message: MessageId,
    answer: &'static str,
}

impl Event for MessageAnswered {
    const NAME: &'static str = "divert-message.answered";
}

/// An answer.
#[derive(Debug, Clone, Copy)]
pub struct RecordDivertAnswer {
    /// Made by the client.
    pub id: RowId,
    /// To which message.
    pub message: MessageId,
    /// Code of the answer, one of [`crate::domain::divert::ANSWERS`].
    pub answer: &'static str,
    /// Code of the way it came, one of [`crate::domain::divert::WAYS`].
    pub how: &'static str,
    /// When.
    pub at: DateTime<Utc>,
}

impl RecordDivertAnswer {
    /// Writes it; nothing where the id was there before.
    ///
    /// # Errors
    /// [`AppError::NotFound`] where there is no such message; [`AppError::Unavailable`].
    pub async fn perform(self, app: &AppState, by: &By<PracticeScope>) -> Result<(), AppError> {
        let own = by.clone();
        app.writer.write(by, move |tx| Box::pin(async move { self.run(tx, &own).await })).await
    }

    async fn run(self, tx: &Tx, by: &By<PracticeScope>) -> Result<(), AppError> {
        let (at, practice) = (tx.read(by.scope()), by.scope().practice());
        let Self { id, message, answer, .. } = self;
        if messages::sent_at(at, message).await?.is_none() {
            return Err(AppError::NotFound);
        }
        let row = (answer, self.how, self.at);
        if messages::add_answer(at, id, message, row, by.id(), tx.now()).await? {
            let event = MessageAnswered { message, answer };
            tx.audit(&practice.into(), &event).await?;
            tx.changed(practice, What::Divert);
        }
        Ok(())
    }
}
