//! A practice records that it sent a message about a divert. The practice sends it; this writes it down.

use chrono::{DateTime, Utc};
use entity::ids::{LocalDate, MessageId};
use serde::Serialize;

use crate::{
    audit::Event,
    domain::{
        access::{Authority, By, PracticeScope},
        divert::MessageKind,
    },
    error::AppError,
    live::What,
    state::AppState,
    store::divert::{
        self,
        messages::{self, NewMessage},
    },
    writer::Tx,
};

/// A message was recorded as sent.
#[derive(Debug, Serialize)]
struct MessageSent {
    message: MessageId,
    kind: &'static str,
    how: String,
}

impl Event for MessageSent {
    const NAME: &'static str = "divert-message.sent";
}

/// A message that was sent.
#[derive(Debug, Clone)]
pub struct RecordDivertMessage {
    /// Made by the client.
    pub id: MessageId,
    /// The day it is about.
    pub day: LocalDate,
    /// To whom.
    pub kind: MessageKind,
    /// Code of the way it was sent, one of [`crate::domain::divert::WAYS`].
    pub how: &'static str,
    /// When.
    pub sent_at: DateTime<Utc>,
    /// What it said.
    pub body: String,
}

impl RecordDivertMessage {
    /// Writes it, beside the divert that goes on; nothing where the id was there before.
    ///
    /// # Errors
    /// [`AppError::Unavailable`].
    pub async fn perform(self, app: &AppState, by: &By<PracticeScope>) -> Result<(), AppError> {
        let own = by.clone();
        app.writer.write(by, move |tx| Box::pin(async move { self.run(tx, &own).await })).await
    }

    async fn run(self, tx: &Tx, by: &By<PracticeScope>) -> Result<(), AppError> {
        let (at, practice) = (tx.read(by.scope()), by.scope().practice());
        let new = NewMessage {
            id: self.id,
            day: self.day,
            divert: divert::current(at).await?.map(|going| going.id),
            kind: self.kind.code(),
            how: self.how.to_owned(),
            sent_at: self.sent_at,
            body: self.body,
        };
        if messages::add(at, &new, by.id(), tx.now()).await? {
            let event = MessageSent { message: new.id, kind: new.kind, how: new.how };
            tx.audit(&practice.into(), &event).await?;
            tx.changed(practice, What::Divert);
        }
        Ok(())
    }
}
