//! Of several nodes one holds a lease and does the work.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::{domain::access::JobAuthority, error::AppError, state::AppState, store::leases};

/// Takes or renews a lease; false where another node holds it.
///
/// # Errors
/// Where the database cannot be written.
pub async fn hold_lease(
    app: &AppState,
    by: JobAuthority,
    (name, holder): (&'static str, Uuid),
    until: DateTime<Utc>,
) -> Result<bool, AppError> {
    app.writer
        .write(&by, move |tx| {
            Box::pin(async move { Ok(leases::take(tx.conn(), name, holder, tx.now(), until).await?) })
        })
        .await
}

/// Lets a lease go.
///
/// # Errors
/// As [`hold_lease`].
pub async fn release_lease(
    app: &AppState,
    by: JobAuthority,
    (name, holder): (&'static str, Uuid),
) -> Result<(), AppError> {
    app.writer.write(&by, move |tx| Box::pin(async move { Ok(leases::release(tx.conn(), name, holder).await?) })).await
}
