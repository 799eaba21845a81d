//! A practice sets the limit of everyone, of a group, or of one clinician, from a day on, for good or for some days.

use entity::ids::{ClinicianId, LocalDate, RowId};
use serde::Serialize;
use uuid::Uuid;

use super::Written;
use crate::{
    audit::Event,
    domain::{
        access::{Authority, By, PracticeScope},
        contact::derived_id,
        limit::{NEARING_PERCENT, Rule},
    },
    error::AppError,
    live::What,
    state::AppState,
    store::limits,
    writer::Tx,
};

/// A limit was set. Holds figures and ids, no names.
#[derive(Debug, Serialize)]
struct LimitSet {
    clinician: Option<ClinicianId>,
    effective_on: LocalDate,
    last_on: Option<LocalDate>,
    full_day: u32,
    one_session: u32,
    duty_day: Option<u32>,
}

impl Event for LimitSet {
    const NAME: &'static str = "limit.set";
}

/// A limit, and whose.
#[derive(Debug, Clone)]
pub struct SetLimit {
    /// Made by the client; the id of each rule follows from it.
    pub id: Uuid,
    /// Clinicians of the practice; nothing is everyone.
    pub whose: Vec<Option<ClinicianId>>,
    /// From this day on.
    pub effective_on: LocalDate,
    /// Up to this day, where it ends.
    pub last_on: Option<LocalDate>,
    /// Contacts of a full day.
    pub full_day: u32,
    /// Contacts of one session.
    pub one_session: u32,
    /// Contacts of a duty day, where it has its own.
    pub duty_day: Option<u32>,
}

impl SetLimit {
    /// Writes a rule for each.
    ///
    /// # Errors
    /// [`AppError::IdReused`]; [`AppError::Unavailable`].
    pub async fn perform(self, app: &AppState, by: &By<PracticeScope>) -> Result<(), AppError> {
        let own = by.clone();
        app.writer.write(by, move |tx| Box::pin(async move { self.run(tx, &own).await })).await
    }

    async fn run(&self, tx: &Tx, by: &By<PracticeScope>) -> Result<(), AppError> {
        for clinician in &self.whose {
            let name = clinician.map_or_else(String::new, |clinician| clinician.to_string());
            let rule = Rule {
                clinician: *clinician,
                effective_on: self.effective_on,
                last_on: self.last_on,
                recorded_at: tx.now(),
                full_day: self.full_day,
                one_session: self.one_session,
                duty_day: self.duty_day,
                nearing_percent: NEARING_PERCENT,
            };
            let id = RowId(derived_id(self.id, &name));
            let added = limits::add_rule(tx.read(by.scope()), id, &rule, by.id()).await?;
            if Written::of(added)? == Written::New {
                let event = LimitSet {
                    clinician: *clinician,
                    effective_on: self.effective_on,
                    last_on: self.last_on,
                    full_day: self.full_day,
                    one_session: self.one_session,
                    duty_day: self.duty_day,
                };
                tx.audit(&by.scope().practice().into(), &event).await?;
            }
        }
        tx.changed(by.scope().practice(), What::Contacts);
        Ok(())
    }
}
