//! Reception counts one patient sent somewhere while the practice diverts, or takes one back. Nothing about the patient.

use entity::ids::{LocalDate, RowId};

use super::{Written, only};
use crate::{
    domain::{
        access::{Authority, By, PracticeScope},
        divert::Destination,
        work::{TallyMark, TallySheet},
    },
    error::AppError,
    state::AppState,
};

/// One press.
#[derive(Debug, Clone, Copy)]
pub struct CountDivert {
    /// Made by the client, once per press.
    pub id: RowId,
    /// The day.
    pub day: LocalDate,
    /// Where the patient was sent.
    pub to: Destination,
    /// 1, or -1 to take one back.
    pub n: i32,
}

impl CountDivert {
    /// Hands it to the writer; it joins a group. Where there is nothing to take back, nothing is written.
    ///
    /// # Errors
    /// The field where it is neither; [`AppError::IdReused`]; [`AppError::Unavailable`].
    pub async fn perform(self, app: &AppState, by: &By<PracticeScope>) -> Result<Written, AppError> {
        if self.n != 1 && self.n != -1 {
            return Err(AppError::field("n", "Send 1 for one more or -1 for one less"));
        }
        let mark = TallyMark {
            practice: by.scope().practice().clone(),
            id: self.id,
            day: self.day,
            sheet: TallySheet::Divert,
            kind: self.to.code().to_owned(),
            n: self.n,
            recorded_by: by.id(),
        };
        only(&app.writer.tally(by, vec![mark]).await?)
    }
}
