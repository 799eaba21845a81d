//! A practice lets a staged import count.

use entity::ids::RowId;

use super::Written;
use crate::{
    domain::access::{By, PracticeScope},
    error::AppError,
    state::AppState,
    store::appointments::Tried,
};

/// Which import.
#[derive(Debug, Clone, Copy)]
pub struct ActivateImport {
    /// Its id.
    pub import: RowId,
}

impl ActivateImport {
    /// Makes it count.
    ///
    /// # Errors
    /// [`AppError::NotFound`] where nothing of that id is staged, [`AppError::Conflict`] where another import came first;
    /// [`AppError::Unavailable`].
    pub async fn perform(
        self,
        app: &AppState,
        by: &By<PracticeScope>,
    ) -> Result<Written, AppError> {
        match app.writer.activate(by, by.scope(), self.import).await? {
            Tried::Activated => Ok(Written::New),
            Tried::Before | Tried::Overtaken => Ok(Written::Repeat),
        }
    }
}
