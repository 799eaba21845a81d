//! A contact becomes one of another kind or day: a void and a new one, in one group. Both ids follow from what is replaced,
//! so a form sent twice changes nothing twice, and two forms that say different things cannot both come true.

use entity::ids::{ContactId, LocalDate, VoidId};

use super::{Written, only, void_contact::VoidContact};
use crate::{
    domain::{
        access::{Authority, By, ClinicianScope},
        calendar,
        contact::{self, ContactKind, CountOp, Entered, NewContact, VoidReason},
    },
    error::AppError,
    state::AppState,
    store::days::ContactRow,
};

/// Nobody changes one contact more often: each is looked for through all that it was.
pub const MOST_CHANGES: u32 = 50;
/// What a contact becomes.
#[derive(Debug, Clone, Copy)]
pub struct ChangeContact {
    /// How it took place.
    pub kind: ContactKind,
    /// A long-term condition, mental health or the like.
    pub complex: bool,
    /// The day it counts for.
    pub day: LocalDate,
}

impl ChangeContact {
    /// Replaces a contact that counts.
    ///
    /// # Errors
    /// [`AppError::IdReused`] where it became something else meanwhile; the field where the day has no room.
    pub async fn perform(self, app: &AppState, by: &By<ClinicianScope>, old: &ContactRow) -> Result<Written, AppError> {
        let occurred_at =
            if self.day == old.day { old.occurred_at } else { calendar::same_time_on(old.occurred_at, self.day) };
        let new = NewContact {
            practice: by.scope().practice().clone(),
            id: ContactId(contact::derived_id(old.id.0, contact::REPLACED)),
            clinician: by.scope().clinician(),
            day: self.day,
            occurred_at,
            time_given: true,
            kind: self.kind,
            complex: self.complex,
            entered: Entered::Changed,
            clock_off: old.clock_off,
            recorded_by: by.id(),
        };
        let void = VoidContact {
            id: VoidId(contact::derived_id(old.id.0, "void")),
            contact: old.id,
            reason: Some(VoidReason::Replaced),
        };
        let ops = vec![CountOp::Contact(new), void.op(by)];
        only(&app.writer.count(by, ops).await?)
    }
}
