//! A practice lets a staged import count.

use entity::ids::RowId;

use super::{Written, alone::Writes};
use crate::{
    domain::access::{By, PracticeScope},
    error::AppError,
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
    pub async fn perform(self, to: &impl Writes, by: &By<PracticeScope>) -> Result<Written, AppError> {
        match to.writer().activate(by, by.scope(), self.import).await? {
            Tried::Activated => Ok(Written::New),
            Tried::Before | Tried::Overtaken => Ok(Written::Repeat),
        }
    }
}
