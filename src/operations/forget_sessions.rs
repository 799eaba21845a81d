//! Takes away sessions that were over thirteen weeks ago.

use crate::{domain::access::JobAuthority, error::AppError, state::AppState, store::sessions};

/// Says how many went.
///
/// # Errors
/// Where the database cannot be written.
pub async fn forget_sessions(app: &AppState, by: JobAuthority) -> Result<u64, AppError> {
    app.writer.write(&by, |tx| Box::pin(async move { Ok(sessions::forget(tx.conn(), tx.now()).await?) })).await
}
