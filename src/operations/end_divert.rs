//! A practice ends the divert that it was shown: pressing twice ends one.

use entity::ids::{DivertId, RowId};
use serde::Serialize;

use super::{Written, tell_webhooks};
use crate::{
    audit::Event,
    domain::{
        access::{Authority, By, PracticeScope, Role},
        webhook::News,
    },
    error::AppError,
    live::What,
    state::AppState,
    store::divert,
    writer::Tx,
};

/// A divert was ended.
#[derive(Debug, Serialize)]
struct DivertEnded {
    divert: DivertId,
}

impl Event for DivertEnded {
    const NAME: &'static str = "divert.ended";
}

/// An end.
#[derive(Debug, Clone, Copy)]
pub struct EndDivert {
    /// Made by the client, once per end.
    pub id: RowId,
    /// Which divert.
    pub divert: DivertId,
}

impl EndDivert {
    /// Writes the end.
    ///
    /// # Errors
    /// [`AppError::NotFound`] where there is no such divert; [`AppError::IdReused`] where the id ended another one;
    /// [`AppError::Unavailable`].
    pub async fn perform(self, app: &AppState, by: &By<PracticeScope>) -> Result<Written, AppError> {
        let own = by.clone();
        app.writer.write(by, move |tx| Box::pin(async move { self.run(tx, &own).await })).await
    }

    async fn run(self, tx: &Tx, by: &By<PracticeScope>) -> Result<Written, AppError> {
        let (at, practice) = (tx.read(by.scope()), by.scope().practice());
        let Self { id, divert } = self;
        let begun = divert::divert(at, divert).await?.ok_or(AppError::NotFound)?;
        let role = Role::PracticeManager.code();
        if !divert::end(at, id, divert, role, by.id(), tx.now()).await? {
            let known = divert::divert(at, divert).await?;
            // Not ended, and not written: the id stands for the end of another divert.
            return match known {
                Some(known) if known.is_on() => Err(AppError::IdReused),
                _ => Ok(Written::Repeat),
            };
        }
        tx.audit(&practice.into(), &DivertEnded { divert }).await?;
        let news = News::divert_ended(divert, begun.started_at, tx.now());
        tell_webhooks::tell(tx, by.scope(), &news).await?;
        tx.changed(practice, What::Divert);
        Ok(Written::New)
    }
}
