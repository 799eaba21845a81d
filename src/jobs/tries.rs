//! Takes away what is counted of wrong tries once it counts no longer. Every node may: there is nothing to do twice.

use std::time::Duration;

use crate::{domain::access::JobAuthority, error::AppError, operations::forget_tries::forget_tries, state::AppState};

/// How often.
const EVERY: Duration = Duration::from_mins(5);

/// Cleans up until the server stops.
pub async fn run(app: AppState) {
    loop {
        tokio::select! {
            () = app.stopping.cancelled() => return,
            () = tokio::time::sleep(EVERY) => (),
        }
        if let Err(error) = clean(&app).await {
            tracing::warn!(%error, "old tries to sign in were not taken away; it is tried again");
        }
    }
}

/// Cleans up once; says how many rows went.
///
/// # Errors
/// Where the database cannot be written.
pub async fn clean(app: &AppState) -> Result<u64, AppError> {
    forget_tries(app, JobAuthority::new()).await
}
