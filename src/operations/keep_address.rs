//! The address at which the service is reached, for links that commands print.

use crate::{domain::access::CliAuthority, error::AppError, state::AppState, store::address};

/// Keeps it.
///
/// # Errors
/// Where the database cannot be written.
pub async fn keep_address(app: &AppState, by: CliAuthority, address: String) -> Result<(), AppError> {
    app.writer
        .write(&by, move |tx| Box::pin(async move { Ok(address::keep(tx.conn(), &address, tx.now()).await?) }))
        .await
}
