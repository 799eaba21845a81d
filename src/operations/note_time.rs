//! Notes the latest time that this installation has seen, so that a clock which jumps is found out.

use chrono::{DateTime, Utc};

use crate::{domain::access::JobAuthority, error::AppError, state::AppState, store::clock};

/// Notes the time, and the newest stamp of the audit trail.
///
/// # Errors
/// Where the database cannot be written.
pub async fn note_time(
    app: &AppState,
    by: JobAuthority,
    (now, stamped): (DateTime<Utc>, DateTime<Utc>),
) -> Result<(), AppError> {
    app.writer.write(&by, move |tx| Box::pin(async move { Ok(clock::note(tx.conn(), now, stamped).await?) })).await
}
