//! The audit trail keeps that an evidence pack was made, with the hash of its list of hashes.

use entity::ids::LocalDate;
use serde::Serialize;

use crate::{
    audit::Event,
    domain::access::{By, PracticeScope},
    error::AppError,
    state::AppState,
};

/// A pack was made.
#[derive(Debug, Clone, Serialize)]
pub struct RecordEvidencePack {
    /// First day of its period.
    pub from: LocalDate,
    /// Last day of its period.
    pub to: LocalDate,
    /// With what otherwise stays in the practice.
    pub whole: bool,
    /// How many files are in it.
    pub files: usize,
    /// Of its list of hashes.
    pub sha256: String,
}

impl Event for RecordEvidencePack {
    const NAME: &'static str = "evidence.made";
}

impl RecordEvidencePack {
    /// Writes it.
    ///
    /// # Errors
    /// [`AppError::Unavailable`].
    pub async fn perform(self, app: &AppState, by: &By<PracticeScope>) -> Result<(), AppError> {
        let own = by.clone();
        app.writer
            .write(by, move |tx| {
                Box::pin(async move {
                    tx.audit(&own.scope().practice().into(), &self).await?;
                    Ok(())
                })
            })
            .await
    }
}
