//! A practice sets when a divert is suggested, from a day on.

use entity::ids::{LocalDate, RowId};
use serde::Serialize;

use crate::{
    audit::Event,
    domain::{
        access::{Authority, By, PracticeScope},
        divert::DivertRule,
    },
    error::AppError,
    live::What,
    state::AppState,
    store::divert,
    writer::Tx,
};

/// The practice set when a divert is suggested.
#[derive(Debug, Serialize)]
struct RuleSet {
    effective_on: LocalDate,
    percent: u32,
    clinicians: Option<u32>,
}

impl Event for RuleSet {
    const NAME: &'static str = "divert-rule.set";
}

/// The rule.
#[derive(Debug, Clone, Copy)]
pub struct SetDivertRule {
    /// Made by the client.
    pub id: RowId,
    /// From this day on.
    pub effective_on: LocalDate,
    /// So much of the summed limits is used.
    pub percent: u32,
    /// Or so many clinicians are at their limit.
    pub clinicians: Option<u32>,
}

impl SetDivertRule {
    /// Writes it; nothing where the id was there before.
    ///
    /// # Errors
    /// [`AppError::Unavailable`].
    pub async fn perform(self, app: &AppState, by: &By<PracticeScope>) -> Result<(), AppError> {
        let own = by.clone();
        app.writer.write(by, move |tx| Box::pin(async move { self.run(tx, &own).await })).await
    }

    async fn run(self, tx: &Tx, by: &By<PracticeScope>) -> Result<(), AppError> {
        let rule = DivertRule {
            effective_on: self.effective_on,
            recorded_at: tx.now(),
            percent: self.percent,
            clinicians: self.clinicians,
        };
        if divert::add_rule(tx.read(by.scope()), self.id, &rule, by.id()).await? {
            let event = RuleSet { effective_on: self.effective_on, percent: self.percent, clinicians: self.clinicians };
            let practice = by.scope().practice();
            tx.audit(&practice.into(), &event).await?;
            tx.changed(practice, What::Divert);
        }
        Ok(())
    }
}
