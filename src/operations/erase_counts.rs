//! A clinician's own counts are erased, and the database's log is emptied so that nothing is left in it either.

use std::time::Duration;

use crate::{
    domain::access::{By, ClinicianScope},
    error::AppError,
    state::AppState,
    store::anchors,
};

/// How often the log is tried to be emptied after an erasure, and the pause between two tries.
const TRIES: u32 = 40;
const PAUSE: Duration = Duration::from_millis(250);

/// All that one clinician counted.
#[derive(Debug, Clone, Copy)]
pub struct EraseCounts;

impl EraseCounts {
    /// Erases it. Sent again it finds nothing left to erase. Answers how many days there were.
    ///
    /// # Errors
    /// While the clock is doubted; [`AppError::Unavailable`].
    pub async fn perform(self, app: &AppState, by: &By<ClinicianScope>) -> Result<usize, AppError> {
        app.believed().await?;
        let own = by.clone();
        // Read before the transaction, which it would make long.
        let anchored = anchors::of_clinician(app.db.read(by.scope())).await?;
        let days = app
            .writer
            .write(by, move |tx| Box::pin(async move { tx.erase(&own, own.scope(), anchored).await }))
            .await?;
        // Whoever asked may be gone; the log is emptied all the same.
        let emptying = tokio::spawn(empty_log(app.clone()));
        drop(emptying.await);
        Ok(days)
    }
}

async fn empty_log(app: AppState) {
    for _ in 0..TRIES {
        match app.writer.empty_log().await {
            Ok(true) => return,
            Ok(false) => tokio::time::sleep(PAUSE).await,
            Err(error) => {
                tracing::warn!(%error, "the log was not emptied after an erasure");
                return;
            }
        }
    }
    tracing::warn!("readers kept the log from being emptied after an erasure; the next night does it");
}
