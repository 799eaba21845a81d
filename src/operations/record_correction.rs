//! Whoever runs the service records what was wrong in a release: the next one says it.

use entity::ids::RowId;
use serde::Serialize;
use uuid::Uuid;

use crate::{
    audit::Event,
    domain::{
        access::{self, By, EverywhereScope},
        disclosure::{Period, correction},
    },
    error::AppError,
    state::AppState,
    store::{
        corrections::{self, Stands},
        releases,
    },
    writer::Tx,
};

/// A correction was recorded. Its words are public with the next release.
#[derive(Debug, Serialize)]
struct CorrectionRecorded {
    id: RowId,
    note: String,
}

impl Event for CorrectionRecorded {
    const NAME: &'static str = "release-correction.recorded";
}

/// A correction.
#[derive(Debug, Clone)]
pub struct RecordCorrection {
    /// The release that was wrong.
    pub number: u32,
    /// What was wrong and what is right.
    pub note: String,
}

impl RecordCorrection {
    /// Checks it: as the next release would say it.
    ///
    /// # Errors
    /// [`AppError::Invalid`] for a release that there is not, for what could identify a patient, and for a practice that is
    /// named.
    pub async fn said(&self, app: &AppState, everywhere: EverywhereScope) -> Result<String, AppError> {
        let ledger = access::ledger_of(everywhere);
        let lines = releases::lines(app.db.ledger(&ledger)).await?;
        if lines.iter().all(|line| line.number != self.number) {
            let message = format!("There is no release {} to correct", self.number);
            return Err(AppError::field("release", message));
        }
        let organisations = app.organisations().await?;
        let note = correction::check(&organisations, &self.note).map_err(|why| AppError::field("note", why))?;
        Ok(correction::of(self.number, &note))
    }

    /// Writes it. Answers the note as it will be read.
    ///
    /// # Errors
    /// As [`Self::said`]; [`AppError::Conflict`] where too many wait, or it was said before; [`AppError::Unavailable`].
    pub async fn perform(self, app: &AppState, by: &By<EverywhereScope>) -> Result<String, AppError> {
        let said = self.said(app, *by.scope()).await?;
        let (note, own) = (said.clone(), by.clone());
        app.writer.write(by, move |tx| Box::pin(async move { record(tx, own.scope(), note).await })).await?;
        Ok(said)
    }
}

async fn record(tx: &Tx, everywhere: &EverywhereScope, note: String) -> Result<(), AppError> {
    corrections::hold(tx.conn()).await?;
    let all = corrections::all(tx.read(everywhere)).await?;
    let mut same = all.iter().filter(|one| one.note == note);
    if same.any(|one| one.stands != Stands::TakenBack) {
        return Err(AppError::Conflict("This correction waits already, or a release says it"));
    }
    let mut waiting = all.iter().filter(|one| one.stands == Stands::Waits);
    if waiting.nth(correction::MOST - 1).is_some() {
        return Err(AppError::Conflict(
            "Ten corrections wait for the next release already: take one back, or say two things in one",
        ));
    }
    let (id, after) = (RowId(Uuid::now_v7()), newest(tx, everywhere).await?);
    corrections::add(tx.conn(), id, (note.clone(), None), after, tx.now()).await?;
    let event = CorrectionRecorded { id, note };
    Ok(tx.audit_service(&event).await?)
}

/// The newest release that this transaction sees.
pub(super) async fn newest(tx: &Tx, everywhere: &EverywhereScope) -> Result<u32, AppError> {
    let newest = releases::newest_period(tx.read(everywhere)).await?;
    Ok(newest.map_or(0, Period::index))
}
