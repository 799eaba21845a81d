//! Which outside reader looked at which practices' rows is noted: once a reader, practice, day and kind of page.

use entity::ids::{LocalDate, OdsCode};

use crate::{
    domain::access::{By, Scope},
    error::AppError,
    state::AppState,
    store::{
        areas,
        sharing::{self, Reader},
    },
};

/// A reader, and what was read.
#[derive(Debug, Clone)]
pub struct NoteReader {
    /// Who, and on what kind of page.
    pub reader: Reader,
    /// Whose rows.
    pub read: Vec<OdsCode>,
    /// The day.
    pub day: LocalDate,
}

impl NoteReader {
    /// Writes what was not noted before.
    ///
    /// # Errors
    /// [`AppError::Unavailable`].
    pub async fn perform<S: Scope>(self, app: &AppState, by: &By<S>) -> Result<(), AppError> {
        let Self { reader, read, day } = self;
        let new = areas::without_receipt(app.db.read(by.scope()), &reader, read, day).await?;
        if new.is_empty() {
            return Ok(());
        }
        app.writer
            .write(by, move |tx| {
                Box::pin(async move { Ok(sharing::add_receipts(tx.conn(), &reader, &new, day, tx.now()).await?) })
            })
            .await
    }
}
