//! A practice notes a clinician's last working day, or that they stay. From the day after, their devices open nothing.

use chrono::Duration;
use entity::ids::{ClinicianId, LocalDate};
use serde::Serialize;

use crate::{
    audit::Event,
    domain::{
        access::{By, PracticeScope},
        calendar,
    },
    error::AppError,
    live::What,
    state::AppState,
    store::{enrolment, people},
    writer::Tx,
};

/// The first day a clinician is no longer there was set or taken back.
#[derive(Debug, Serialize)]
struct ClinicianLeft {
    clinician: ClinicianId,
    left_on: Option<LocalDate>,
}

impl Event for ClinicianLeft {
    const NAME: &'static str = "clinician.left";
}

/// Who leaves, and when.
#[derive(Debug, Clone, Copy)]
pub struct SetLastDay {
    /// Of the practice.
    pub clinician: ClinicianId,
    /// Their last working day; nothing where they stay.
    pub last_day: Option<LocalDate>,
}

impl SetLastDay {
    /// Notes it.
    ///
    /// # Errors
    /// [`AppError::NotFound`] where the practice has no such clinician; [`AppError::Unavailable`].
    pub async fn perform(self, app: &AppState, by: &By<PracticeScope>) -> Result<(), AppError> {
        let own = by.clone();
        app.writer.write(by, move |tx| Box::pin(async move { self.run(tx, own.scope()).await })).await
    }

    async fn run(self, tx: &Tx, practice: &PracticeScope) -> Result<(), AppError> {
        let (clinician, scope) = (self.clinician, practice.of(self.clinician));
        let left_on = self.last_day.map(|day| day.plus_days(1));
        let stored = people::clinician(tx.read(&scope)).await?;
        if stored.ok_or(AppError::NotFound)?.left_on == left_on {
            return Ok(());
        }
        enrolment::set_left(tx.read(&scope), left_on).await?;
        if let Some(day) = left_on {
            // A device that ended before now ended then.
            let until = calendar::day_begins(day).max(tx.now() - Duration::seconds(1));
            enrolment::cap_devices(tx.read(&scope), until).await?;
        }
        let event = ClinicianLeft { clinician, left_on };
        tx.audit(&scope.practice().into(), &event).await?;
        tx.changed(scope.practice(), What::People);
        Ok(())
    }
}
