//! Tally marks for work beside the contacts; a minus takes back.

use entity::ids::{LocalDate, RowId};
use uuid::Uuid;

use super::{Written, only};
use crate::{
    domain::{
        access::{Authority, By, ClinicianScope},
        contact::CountOp,
        work::{TallyMark, TallySheet, Work},
    },
    error::AppError,
    state::AppState,
};

/// So many of one kind on one day.
#[derive(Debug, Clone, Copy)]
pub struct CountWork {
    /// Made by the client.
    pub id: Uuid,
    /// The day.
    pub day: LocalDate,
    /// What was done.
    pub kind: Work,
    /// How many; below zero takes back.
    pub n: i32,
}

impl CountWork {
    /// Hands them to the writer; they join a group.
    ///
    /// # Errors
    /// [`AppError::IdReused`]; the field where the day has no room; [`AppError::Unavailable`].
    pub async fn perform(self, app: &AppState, by: &By<ClinicianScope>) -> Result<Written, AppError> {
        let mark = TallyMark {
            practice: by.scope().practice().clone(),
            id: RowId(self.id),
            day: self.day,
            sheet: TallySheet::Work(by.scope().clinician()),
            kind: self.kind.code().to_owned(),
            n: self.n,
            recorded_by: by.id(),
        };
        only(&app.writer.count(by, vec![CountOp::TallyMark(mark)]).await?)
    }
}
