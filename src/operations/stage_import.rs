//! Appointment files are read to the end and staged; nothing of them counts yet.

use super::alone::Writes;
use crate::{
    domain::{
        access::{By, PracticeScope},
        appointment::digest_id,
    },
    error::AppError,
    exchange::appointments::{self, Asked, Scan, Source},
    writer::staging::Staging,
};

pub use crate::writer::staging::Finished;

/// Files that were read once and are fully matched.
#[derive(Debug)]
pub struct StageImport {
    /// The files.
    pub sources: Vec<Source>,
    /// What the first reading found.
    pub scan: Scan,
    /// For whom, and how they are matched.
    pub asked: Asked,
}

impl StageImport {
    /// The second reading, in chunks of a transaction each; `progress` is told how many bytes were read.
    ///
    /// # Errors
    /// A fault where the files cannot be read any more; [`AppError::Unavailable`].
    pub async fn perform(
        self,
        to: &impl Writes,
        by: &By<PracticeScope>,
        progress: impl FnMut(u64) + Send,
    ) -> Result<Finished, AppError> {
        let Self { sources, scan, asked } = self;
        let fault = |error: &dyn std::fmt::Display| AppError::Fault(error.to_string());
        let matched = serde_json::to_vec(&asked.matching).map_err(|error| fault(&error))?;
        let about = Staging {
            system: scan.system,
            sha256: scan.sha256.clone(),
            matching: digest_id(&[&matched]),
            today: asked.today,
        };
        let (chunks, reading) = appointments::in_chunks(sources, scan, asked);
        let staged = to.writer().stage(by, by.scope(), about, chunks, progress).await?;
        let summary = reading.await.map_err(|error| fault(&error))?.map_err(|error| fault(&error))?;
        to.writer().finish(by, by.scope(), staged, summary).await
    }
}
