//! Appointment files are read to the end and staged; nothing of them counts yet.

use crate::{
    domain::{
        access::{By, PracticeScope},
        appointment::digest_id,
    },
    error::AppError,
    exchange::appointments::{self, Asked, Scan, Source},
    state::{AppState, Progress, Turn},
    writer::staging::{Finished, Staging},
};

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
    /// The second reading, in chunks of a transaction each; `turn` is told how far it is.
    ///
    /// # Errors
    /// A fault where the files cannot be read any more; [`AppError::Unavailable`].
    pub async fn perform(
        self,
        app: &AppState,
        by: &By<PracticeScope>,
        turn: &Turn,
    ) -> Result<Finished, AppError> {
        let Self {
            sources,
            scan,
            asked,
        } = self;
        let fault = |error: &dyn std::fmt::Display| AppError::Fault(error.to_string());
        let matched = serde_json::to_vec(&asked.matching).map_err(|error| fault(&error))?;
        let about = Staging {
            system: scan.system,
            sha256: scan.sha256.clone(),
            matching: digest_id(&[&matched]),
            today: asked.today,
        };
        let of = scan.bytes;
        let (chunks, reading) = appointments::in_chunks(sources, scan, asked);
        let progress = |read| turn.at(Progress { read, of });
        let staged = app
            .writer
            .stage(by, by.scope(), about, chunks, progress)
            .await?;
        let summary = reading
            .await
            .map_err(|error| fault(&error))?
            .map_err(|error| fault(&error))?;
        app.writer.finish(by, by.scope(), staged, summary).await
    }
}
