//! SQLite's log, moved into the file beside the writer.

use std::time::Duration;

use sea_orm::{ConnAcquireErr, DbErr};
use tokio::sync::mpsc;

use crate::{db::Db, error};

/// How long written pages wait in the log for others to be moved with.
const LOG_WAITS: Duration = Duration::from_millis(200);

/// Moves SQLite's log into the file a moment after something was written. A commit that did so itself made those that came
/// just then wait for it.
pub(super) async fn keep_short(mut wrote: mpsc::Receiver<()>, db: Db) {
    while wrote.recv().await.is_some() {
        tokio::time::sleep(LOG_WAITS).await;
        if let Err(error) = db.move_log().await {
            if matches!(error, DbErr::ConnectionAcquire(ConnAcquireErr::ConnectionClosed)) {
                // Closing moved it.
                return;
            }
            if let Some(trouble) = error::trouble(&error) {
                db.met(trouble);
            }
            tracing::warn!(%error, "the log was not moved into the file; the next writes try again");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_database_that_is_closed_is_no_trouble() {
        let folder = tempfile::tempdir().unwrap();
        let db = Db::sqlite(&folder.path().join("headroom.db")).await.unwrap();
        let (wrote, waits) = mpsc::channel(1);
        wrote.send(()).await.unwrap();
        db.close().await.unwrap();
        let ended = tokio::time::timeout(LOG_WAITS * 10, keep_short(waits, db.clone()));
        ended.await.expect("there is nothing left to move");
    }
}
