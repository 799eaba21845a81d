//! A practice sets the rota of some clinicians: what is worked on each weekday, from a day on.

use entity::ids::{ClinicianId, LocalDate, RowId};
use serde::Serialize;
use uuid::Uuid;

use super::Written;
use crate::{
    audit::Event,
    domain::{
        access::{Authority, By, PracticeScope},
        contact::derived_id,
    },
    error::AppError,
    live::What,
    state::AppState,
    store::limits::{self, NewRotaDay},
    writer::Tx,
};

/// The rota of a clinician was set.
#[derive(Debug, Serialize)]
struct RotaSet {
    clinician: ClinicianId,
    effective_on: LocalDate,
    /// Half sessions from Monday to Sunday; nothing where nothing was said.
    half_sessions: Vec<Option<u32>>,
}

impl Event for RotaSet {
    const NAME: &'static str = "rota.set";
}

/// Half sessions from Monday to Sunday; what is nothing stays as it is.
pub type Week = [Option<u32>; 7];

/// What some clinicians work.
#[derive(Debug, Clone)]
pub struct SetRota {
    /// Made by the client; the id of each row follows from it.
    pub id: Uuid,
    /// From this day on.
    pub effective_on: LocalDate,
    /// Whose, of the practice.
    pub weeks: Vec<(ClinicianId, Week)>,
}

impl SetRota {
    /// Writes the weekdays that say something, all of them or none.
    ///
    /// # Errors
    /// [`AppError::IdReused`]; [`AppError::Unavailable`].
    pub async fn perform(self, app: &AppState, by: &By<PracticeScope>) -> Result<(), AppError> {
        let own = by.clone();
        app.writer.write(by, move |tx| Box::pin(async move { self.run(tx, &own).await })).await
    }

    async fn run(self, tx: &Tx, by: &By<PracticeScope>) -> Result<(), AppError> {
        let practice = by.scope().practice();
        for (clinician, half_sessions) in self.weeks {
            let id = derived_id(self.id, &clinician.to_string());
            if !write(tx, by, (id, clinician, self.effective_on), half_sessions).await? {
                continue;
            }
            let event = RotaSet { clinician, effective_on: self.effective_on, half_sessions: half_sessions.to_vec() };
            tx.audit(&practice.into(), &event).await?;
            tx.changed(practice, What::Contacts);
        }
        Ok(())
    }
}

/// Writes one clinician's weekdays; says whether any of them is new.
async fn write(
    tx: &Tx,
    by: &By<PracticeScope>,
    (id, clinician, effective_on): (Uuid, ClinicianId, LocalDate),
    week: Week,
) -> Result<bool, AppError> {
    let mut fresh = false;
    for (weekday, half_sessions) in (1..).zip(week) {
        let Some(half_sessions) = half_sessions else {
            continue;
        };
        let id = RowId(derived_id(id, &u32::to_string(&weekday)));
        let day = NewRotaDay { id, clinician, weekday, half_sessions, effective_on };
        let written = limits::add_rota(tx.read(by.scope()), day, by.id(), tx.now()).await?;
        fresh |= Written::of(written)? == Written::New;
    }
    Ok(fresh)
}
