//! Passes on what other nodes changed, so that a page served here moves when a tap arrives there.

use std::time::Duration;

use sea_orm::DatabaseBackend;

use crate::{state::AppState, store};

/// Pause before listening again after the connection was lost.
const PAUSE: Duration = Duration::from_secs(2);

/// Listens until the server stops. On SQLite there is one node and nothing to hear.
pub async fn run(app: AppState) {
    if app.db.backend() == DatabaseBackend::Sqlite {
        return;
    }
    loop {
        tokio::select! {
            () = app.stopping.cancelled() => return,
            ended = store::live::listen(&app.db, &app.live) => {
                if let Err(error) = ended {
                    tracing::warn!(%error, "changes of other nodes are not heard for a moment");
                }
            }
        }
        tokio::time::sleep(PAUSE).await;
    }
}
