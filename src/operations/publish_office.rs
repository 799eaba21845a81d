//! An LMC says how its office can be reached.

use entity::ids::RowId;
use serde::Serialize;

use super::Written;
use crate::{
    audit::Event,
    domain::access::{Authority, By, LmcScope},
    error::AppError,
    state::AppState,
    store::lmc_office::{self, Office},
    writer::Tx,
};

/// An LMC's office published another way to reach it.
#[derive(Debug, Serialize)]
struct OfficePublished {
    office: RowId,
}

impl Event for OfficePublished {
    const NAME: &'static str = "lmc.office-published";
}

/// How it can be reached from now on.
#[derive(Debug, Clone)]
pub struct PublishOffice {
    /// Made by the client.
    pub id: RowId,
    /// The office.
    pub office: Office,
}

impl PublishOffice {
    /// Writes it.
    ///
    /// # Errors
    /// [`AppError::IdReused`]; [`AppError::Unavailable`].
    pub async fn perform(self, app: &AppState, by: &By<LmcScope>) -> Result<(), AppError> {
        let own = by.clone();
        app.writer.write(by, move |tx| Box::pin(async move { self.run(tx, &own).await })).await
    }

    async fn run(self, tx: &Tx, by: &By<LmcScope>) -> Result<(), AppError> {
        let at = tx.read(by.scope());
        let added = lmc_office::add(at, self.id, &self.office, by.id(), tx.now()).await?;
        if Written::of(added)? == Written::New {
            let event = OfficePublished { office: self.id };
            tx.audit(by.scope().lmc(), &event).await?;
        }
        Ok(())
    }
}
