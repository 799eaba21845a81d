//! A contact does not count any more. The row stays; a void that comes before its contact is kept.

use entity::ids::{ContactId, VoidId};

use super::{contact_chain::chain, only};
use crate::{
    domain::{
        access::{Authority, By, ClinicianScope},
        contact::{CountOp, NewVoid, VoidReason},
    },
    error::AppError,
    state::AppState,
};

/// Takes one contact of the clinician, or what it was changed into, out of the count.
#[derive(Debug, Clone, Copy)]
pub struct VoidContact {
    /// Made by the client, or from the contact's id.
    pub id: VoidId,
    /// The contact.
    pub contact: ContactId,
    /// Why, where somebody says so.
    pub reason: Option<VoidReason>,
}

impl VoidContact {
    /// What the writer is asked.
    pub(super) fn op(self, by: &By<ClinicianScope>) -> CountOp {
        CountOp::Void(NewVoid {
            practice: by.scope().practice().clone(),
            id: self.id,
            contact: self.contact,
            clinician: by.scope().clinician(),
            reason: self.reason,
            recorded_by: by.id(),
        })
    }

    /// Hands it to the writer. A contact of somebody else is not voided, and that is answered like one that is gone.
    ///
    /// # Errors
    /// The field where there is no room; [`AppError::Unavailable`].
    pub async fn perform(self, app: &AppState, by: &By<ClinicianScope>) -> Result<(), AppError> {
        let (contact, _) = chain(app, by.scope(), (self.contact, 0)).await?;
        let void = Self { contact, ..self };
        match only(&app.writer.count(by, vec![void.op(by)]).await?) {
            Err(AppError::IdReused) => Ok(()),
            answer => answer.map(drop),
        }
    }
}
