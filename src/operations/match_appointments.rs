//! A practice says once how its appointment files are read: which column is which, whose session it is, what a slot type
//! means.

use entity::ids::RowId;

use super::alone::Writes;
use crate::{
    domain::{
        access::{By, PracticeScope},
        appointment::{Matching, System},
    },
    error::AppError,
};

/// How the files of one system are matched, whole: what was known and what was said.
#[derive(Debug, Clone)]
pub struct MatchAppointments {
    /// Made by the client.
    pub id: RowId,
    /// Where the files come from.
    pub system: System,
    /// Digests, never names.
    pub matching: Matching,
}

impl MatchAppointments {
    /// Remembers it; an id that is known changes nothing.
    ///
    /// # Errors
    /// [`AppError::Unavailable`].
    pub async fn perform(self, to: &impl Writes, by: &By<PracticeScope>) -> Result<(), AppError> {
        to.writer().remember(by, by.scope(), self.id, self.system, self.matching).await
    }
}
