//! Takes away what is counted of wrong tries to sign in, once it counts no longer.

use crate::{domain::access::JobAuthority, error::AppError, state::AppState, store::tries};

/// Says how many rows went.
///
/// # Errors
/// Where the database cannot be written.
pub async fn forget_tries(app: &AppState, by: JobAuthority) -> Result<u64, AppError> {
    app.writer.write(&by, |tx| Box::pin(async move { Ok(tries::clean(tx.conn(), tx.now()).await?) })).await
}
