//! A practice sets the rota of one clinician: what is worked on each weekday, from a day on.

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

/// What one clinician works.
#[derive(Debug, Clone)]
pub struct SetRota {
    /// Made by the client; the id of each weekday follows from it.
    pub id: Uuid,
    /// Of the practice.
    pub clinician: ClinicianId,
    /// From this day on.
    pub effective_on: LocalDate,
    /// Half sessions from Monday to Sunday; nothing leaves the rota silent.
    pub half_sessions: Vec<Option<u32>>,
}

impl SetRota {
    /// Writes the weekdays that say something.
    ///
    /// # Errors
    /// [`AppError::IdReused`]; [`AppError::Unavailable`].
    pub async fn perform(self, app: &AppState, by: &By<PracticeScope>) -> Result<(), AppError> {
        let own = by.clone();
        app.writer.write(by, move |tx| Box::pin(async move { self.run(tx, &own).await })).await
    }

    async fn run(self, tx: &Tx, by: &By<PracticeScope>) -> Result<(), AppError> {
        let mut fresh = false;
        for (weekday, half_sessions) in (1..).zip(&self.half_sessions) {
            let Some(half_sessions) = *half_sessions else {
                continue;
            };
            let day = NewRotaDay {
                id: RowId(derived_id(self.id, &u32::to_string(&weekday))),
                clinician: self.clinician,
                weekday,
                half_sessions,
                effective_on: self.effective_on,
            };
            let at = tx.read(by.scope());
            let written = limits::add_rota(at, day, by.id(), tx.now()).await?;
            fresh |= Written::of(written)? == Written::New;
        }
        if fresh {
            let event = RotaSet {
                clinician: self.clinician,
                effective_on: self.effective_on,
                half_sessions: self.half_sessions,
            };
            tx.audit(&by.scope().practice().into(), &event).await?;
            tx.changed(by.scope().practice(), What::Contacts);
        }
        Ok(())
    }
}
