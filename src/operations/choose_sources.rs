//! A practice chooses which source counts for whom: taps, the day sheet or appointments.

use entity::ids::{ClinicianId, LocalDate, RowId};
use serde::Serialize;
use uuid::Uuid;

use crate::{
    audit::Event,
    domain::{
        access::{Authority, By, PracticeScope},
        contact::{Source, derived_id},
    },
    error::AppError,
    live::What,
    state::AppState,
    store::appointments::{self, BY_DEFAULT, NewChoice},
    writer::Tx,
};

/// Another source counts for a clinician.
#[derive(Debug, Serialize)]
struct SourceChosen {
    clinician: ClinicianId,
    source: &'static str,
    effective_on: LocalDate,
}

impl Event for SourceChosen {
    const NAME: &'static str = "source.chosen";
}

/// Choices from one day on.
#[derive(Debug, Clone)]
pub struct ChooseSources {
    /// Made by the client; the id of each choice follows from it.
    pub id: Uuid,
    /// From this day on.
    pub effective_on: LocalDate,
    /// By clinician of the practice; nothing is the usual order.
    pub choices: Vec<(ClinicianId, Option<Source>)>,
}

impl ChooseSources {
    /// Writes them; a choice that is known changes nothing.
    ///
    /// # Errors
    /// [`AppError::Unavailable`].
    pub async fn perform(self, app: &AppState, by: &By<PracticeScope>) -> Result<(), AppError> {
        let own = by.clone();
        app.writer.write(by, move |tx| Box::pin(async move { self.run(tx, &own).await })).await
    }

    async fn run(&self, tx: &Tx, by: &By<PracticeScope>) -> Result<(), AppError> {
        let practice = by.scope().practice();
        for (clinician, source) in &self.choices {
            let new = NewChoice {
                id: RowId(derived_id(self.id, &clinician.to_string())),
                clinician: *clinician,
                source: *source,
                effective_on: self.effective_on,
                recorded_by: by.id(),
            };
            if appointments::add_choice(tx.read(by.scope()), &new, tx.now()).await? {
                let event = SourceChosen {
                    clinician: *clinician,
                    source: source.map_or(BY_DEFAULT, Source::code),
                    effective_on: self.effective_on,
                };
                tx.audit(&practice.into(), &event).await?;
                tx.changed(practice, What::Contacts);
            }
        }
        Ok(())
    }
}
