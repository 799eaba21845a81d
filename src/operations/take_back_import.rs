//! A practice takes back an import that counts: its slots stand again as they did before it.

use entity::ids::RowId;

use super::{Written, alone::Writes};
use crate::{
    domain::access::{By, PracticeScope},
    error::AppError,
    store::appointments::Tried,
};

/// Which import.
#[derive(Debug, Clone, Copy)]
pub struct TakeBackImport {
    /// Its id.
    pub import: RowId,
}

impl TakeBackImport {
    /// Takes it back. What later files said of the same slots stays.
    ///
    /// # Errors
    /// [`AppError::NotFound`] where no import of that id counts, [`AppError::Conflict`] where it takes one back itself or another
    /// came in between; [`AppError::Unavailable`].
    pub async fn perform(self, to: &impl Writes, by: &By<PracticeScope>) -> Result<Written, AppError> {
        let back = to.writer().stage_taking_back(by, by.scope(), self.import).await?;
        match to.writer().activate(by, by.scope(), back).await? {
            Tried::Activated => Ok(Written::New),
            Tried::Before | Tried::Overtaken => Ok(Written::Repeat),
        }
    }
}
