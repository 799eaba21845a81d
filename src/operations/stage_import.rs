//! Appointment files are read to the end and staged; nothing of them counts yet.

use super::alone::Writes;
use crate::{
    domain::{
        access::{By, PracticeScope},
        appointment::{Overlap, SameDays, System, digest_id},
    },
    error::AppError,
    exchange::appointments::{self, OnTop, Reading},
    writer::staging::Staging,
};

pub use crate::writer::staging::Finished;

/// Files that were read once and are fully matched.
#[derive(Debug)]
pub struct StageImport {
    /// The files, and how they are matched.
    pub reading: Reading,
    /// What somebody said of days that were taken in before.
    pub same_days: Option<SameDays>,
}

/// What became of the files.
#[derive(Debug)]
pub enum StagedFiles {
    /// They were read to the end.
    Finished(Box<Finished>),
    /// Their days were taken in before and nobody said what they are to them. Nothing was written.
    Asks(Overlap),
}

impl StageImport {
    /// The second reading, in chunks of a transaction each; `progress` is told how many bytes were read. Files without slot ids
    /// are compared with what stands before that.
    ///
    /// # Errors
    /// A fault where the files cannot be read any more; [`AppError::Unavailable`].
    pub async fn perform(
        self,
        to: &impl Writes,
        by: &By<PracticeScope>,
        progress: impl FnMut(u64) + Send,
    ) -> Result<StagedFiles, AppError> {
        let Self { mut reading, mut same_days } = self;
        if reading.scan.system == System::Report && !reading.scan.has_slot_ids() {
            let (chunks, again) = appointments::in_chunks(reading);
            let overlap = to.writer().compare(by.scope(), System::Report, chunks).await?;
            let (back, read) = again.await.map_err(|error| fault(&error))?;
            read.map_err(|error| fault(&error))?;
            reading = back;
            let earlier = to.writer().counted(by.scope(), &reading.scan.sha256).await?;
            let known = earlier.is_some() && overlap.has_nothing_new();
            if same_days != Some(SameDays::Replace) {
                // The same files once more are what they were said to be.
                let was_added = earlier.is_some_and(|read| read.same_days.as_deref() == Some(SameDays::Add.code()));
                if was_added {
                    same_days = Some(SameDays::Add);
                } else if known {
                    same_days = None;
                }
            }
            if same_days.is_none() && !known && overlap.asks() {
                return Ok(StagedFiles::Asks(overlap));
            }
            if same_days == Some(SameDays::Add) && overlap.loose {
                let differs = overlap.days.iter().filter(|(_, day)| day.differs());
                reading.asked.on_top = OnTop(differs.map(|(key, _)| *key).collect());
            }
        }
        stage(to, by, reading, same_days, progress).await.map(|done| StagedFiles::Finished(Box::new(done)))
    }
}

fn fault(error: &dyn std::fmt::Display) -> AppError {
    AppError::Fault(error.to_string())
}

async fn stage(
    to: &impl Writes,
    by: &By<PracticeScope>,
    reading: Reading,
    same_days: Option<SameDays>,
    progress: impl FnMut(u64) + Send,
) -> Result<Finished, AppError> {
    let matched = serde_json::to_vec(&reading.asked.matching).map_err(|error| fault(&error))?;
    let about = Staging {
        system: reading.scan.system,
        sha256: reading.scan.sha256.clone(),
        matching: digest_id(&[&matched]),
        today: reading.asked.today,
        erased: reading.asked.erased.clone(),
        same_days,
    };
    let (chunks, reading) = appointments::in_chunks(reading);
    let staged = to.writer().stage(by, by.scope(), about, chunks, progress).await?;
    let (_, summary) = reading.await.map_err(|error| fault(&error))?;
    let summary = summary.map_err(|error| fault(&error))?;
    to.writer().finish(by, by.scope(), staged, summary).await
}
