//! A clinician tells the practice that they are at their limit; once a day.

use entity::ids::{ClinicianId, LocalDate, RowId};
use serde::Serialize;

use super::Written;
use crate::{
    audit::Event,
    domain::access::{Authority, By, ClinicianScope},
    error::AppError,
    live::What,
    state::AppState,
    store::{days, divert},
    writer::Tx,
};

/// A clinician told the practice that they are at their limit.
#[derive(Debug, Serialize)]
struct LimitTold {
    clinician: ClinicianId,
    day: LocalDate,
}

impl Event for LimitTold {
    const NAME: &'static str = "limit.told";
}

/// "I am at my limit."
#[derive(Debug, Clone, Copy)]
pub struct TellAtLimit {
    /// Made by the client.
    pub id: RowId,
    /// The day.
    pub day: LocalDate,
}

impl TellAtLimit {
    /// Notes it.
    ///
    /// # Errors
    /// [`AppError::Conflict`] while they are not; [`AppError::IdReused`]; [`AppError::Unavailable`].
    pub async fn perform(self, app: &AppState, by: &By<ClinicianScope>) -> Result<(), AppError> {
        let scope = by.scope();
        let known = days::clinician_day(app.db.read(scope), self.day).await?;
        if !known.day.headroom.is_full() {
            return Err(AppError::Conflict("You are not at your limit yet"));
        }
        let own = by.clone();
        app.writer.write(by, move |tx| Box::pin(async move { self.run(tx, &own).await })).await
    }

    async fn run(self, tx: &Tx, by: &By<ClinicianScope>) -> Result<(), AppError> {
        let (at, practice) = (tx.read(by.scope()), by.scope().practice());
        let Self { id, day } = self;
        let told = divert::tell(at, id, day, by.id(), tx.now()).await?;
        if Written::of(told)? == Written::New {
            let clinician = by.scope().clinician();
            tx.audit(&practice.into(), &LimitTold { clinician, day }).await?;
            tx.changed(practice, What::Divert);
        }
        Ok(())
    }
}
