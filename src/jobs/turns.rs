//! Whose turn a job is: of several nodes one holds a lease and does the work.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::{domain::access::JobAuthority, error::AppError, state::AppState, store::leases};

/// How long a node that is gone keeps others from going on.
const HELD_MINUTES: i64 = 10;

/// Until when a lease taken now is held.
pub(super) fn held_until(now: DateTime<Utc>) -> DateTime<Utc> {
    now.checked_add_signed(chrono::Duration::minutes(HELD_MINUTES))
        .unwrap_or(now)
}

/// Takes or renews a lease; false where another node holds it.
pub(super) async fn hold(
    app: &AppState,
    name: &'static str,
    holder: Uuid,
    until: DateTime<Utc>,
) -> Result<bool, AppError> {
    app.writer
        .write(&JobAuthority::new(), move |tx| {
            Box::pin(
                async move { Ok(leases::take(tx.conn(), name, holder, tx.now(), until).await?) },
            )
        })
        .await
}

/// Lets a lease go.
pub(super) async fn let_go(
    app: &AppState,
    name: &'static str,
    holder: Uuid,
) -> Result<(), AppError> {
    app.writer
        .write(&JobAuthority::new(), move |tx| {
            Box::pin(async move { Ok(leases::release(tx.conn(), name, holder).await?) })
        })
        .await
}

/// Whether a mark that was left until some instant has run out, or was never left.
pub(super) async fn is_over(app: &AppState, name: &str) -> Result<bool, AppError> {
    let until = leases::until(app.db.unscoped(), name).await?;
    Ok(until.is_none_or(|until| until <= app.clock.now()))
}
