//! *Set to N*: brings a day's taps to a number, with what is worked that day.

use entity::ids::{LocalDate, RowId, VoidId};
use uuid::Uuid;

use super::{
    add_contacts::{all_stand, caught_up},
    void_contact::VoidContact,
};
use crate::{
    domain::{
        access::{Authority, By, ClinicianScope},
        contact::{self, CountOp, VoidReason},
        limit::Worked,
    },
    error::AppError,
    live::What,
    state::AppState,
    store::days,
    writer::Tx,
};

/// A day's taps are to be so many: contacts are added, or the last ones voided.
#[derive(Debug, Clone, Copy)]
pub struct SetCount {
    /// Made by the client. The ids of what is added follow from it, so that the same request again finds the day as it is.
    pub id: Uuid,
    /// The day.
    pub day: LocalDate,
    /// How many.
    pub n: u32,
    /// What is worked, where that changes.
    pub worked: Option<Worked>,
}

impl SetCount {
    /// Reads the day and writes, in one transaction.
    ///
    /// # Errors
    /// The field where there is no room; [`AppError::IdReused`]; [`AppError::Unavailable`].
    pub async fn perform(self, app: &AppState, by: &By<ClinicianScope>) -> Result<(), AppError> {
        let own = by.clone();
        app.writer.write(by, move |tx| Box::pin(async move { self.run(tx, &own).await })).await
    }

    async fn run(self, tx: &Tx, by: &By<ClinicianScope>) -> Result<(), AppError> {
        let read = tx.read(by.scope());
        let counted = days::own(read, self.day).await?.taps.unwrap_or(0);
        let mut ops = Vec::new();
        for extra in counted..self.n {
            let id = contact::derived_id(self.id, &extra.to_string());
            ops.push(CountOp::Contact(caught_up(by, id, self.day, tx.now())));
        }
        let too_many = u64::from(counted.saturating_sub(self.n));
        for last in days::last_contacts(read, self.day, too_many).await? {
            let void = VoidContact {
                id: VoidId(contact::derived_id(self.id, &last.id.to_string())),
                contact: last.id,
                reason: Some(VoidReason::Mistake),
            };
            ops.push(void.op(by));
        }
        let ops: Vec<&CountOp> = ops.iter().collect();
        all_stand(&tx.count(&ops).await?)?;
        if let Some(worked) = self.worked {
            let row = RowId(contact::derived_id(self.id, "worked"));
            let said = days::add_worked(read, row, self.day, worked, by.id(), tx.now()).await?;
            said.or_conflict()?;
        }
        tx.changed(by.scope().practice(), What::Contacts);
        Ok(())
    }
}
