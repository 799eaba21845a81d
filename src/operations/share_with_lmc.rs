//! A practice gives or withdraws consent for its LMC to see its register, at once.

use entity::ids::LocalDate;
use serde::Serialize;

use crate::{
    audit::Event,
    domain::{
        access::{Authority, By, PracticeScope},
        consent::{self, Days},
    },
    error::AppError,
    live::What,
    state::AppState,
    store::sharing::{self, GivenConsent},
    writer::Tx,
};

/// Consent was given or withdrawn.
#[derive(Debug, Serialize)]
struct SharingChanged {
    purpose: &'static str,
    version: &'static str,
    given: bool,
    shown_from: Option<LocalDate>,
}

impl Event for SharingChanged {
    const NAME: &'static str = "sharing.changed";
}

/// A decision.
#[derive(Debug, Clone, Copy)]
pub struct ShareWithLmc {
    /// Given or withdrawn.
    pub given: GivenConsent,
    /// Which days are open.
    pub days: Days,
}

impl ShareWithLmc {
    /// Writes it. Saying again what holds changes nothing.
    ///
    /// # Errors
    /// [`AppError::Unavailable`].
    pub async fn perform(self, app: &AppState, by: &By<PracticeScope>) -> Result<(), AppError> {
        let own = by.clone();
        app.writer.write(by, move |tx| Box::pin(async move { self.run(tx, &own).await })).await
    }

    async fn run(self, tx: &Tx, by: &By<PracticeScope>) -> Result<(), AppError> {
        let (at, practice) = (tx.read(by.scope()), by.scope().practice());
        let (given, days) = (self.given == GivenConsent::Yes, self.days);
        let held = sharing::decision(at).await?;
        if held.is_some_and(|held| held.holds(given, days)) {
            return Ok(());
        }
        sharing::add_consent(at, (self.given, days), by.id(), tx.now()).await?;
        let event = SharingChanged {
            purpose: consent::LMC_VIEW,
            version: consent::VERSION,
            given,
            shown_from: days.shown_from(),
        };
        tx.audit(&practice.into(), &event).await?;
        tx.changed(practice, What::Sharing);
        Ok(())
    }
}
