//! Whoever runs the service records what was wrong in a release: the next one says it.

use entity::ids::RowId;
use serde::Serialize;
use uuid::Uuid;

use crate::{
    audit::Event,
    domain::{
        access::{By, EverywhereScope},
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

/// A correction, as the next release says it.
#[derive(Debug, Clone)]
pub struct RecordCorrection {
    /// The words.
    pub note: String,
}

impl RecordCorrection {
    /// Writes it.
    ///
    /// # Errors
    /// [`AppError::Conflict`] where too many wait, or it was said before; [`AppError::Unavailable`].
    pub async fn perform(self, app: &AppState, by: &By<EverywhereScope>) -> Result<(), AppError> {
        let own = by.clone();
        app.writer.write(by, move |tx| Box::pin(async move { self.run(tx, own.scope()).await })).await
    }

    async fn run(self, tx: &Tx, everywhere: &EverywhereScope) -> Result<(), AppError> {
        let Self { note } = self;
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
}

/// The newest release that this transaction sees.
pub(super) async fn newest(tx: &Tx, everywhere: &EverywhereScope) -> Result<u32, AppError> {
    let newest = releases::newest_period(tx.read(everywhere)).await?;
    Ok(newest.map_or(0, Period::index))
}
