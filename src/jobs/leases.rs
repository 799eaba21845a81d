//! Leases: of several nodes one holds each and does the work.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::{
    domain::access::JobAuthority,
    error::AppError,
    operations::hold_lease::{hold_lease, release_lease},
    state::AppState,
    store::leases,
};

/// How long a node that is gone keeps others from going on.
const HELD_MINUTES: i64 = 10;

/// Until when a lease taken now is held.
pub(super) fn held_until(now: DateTime<Utc>) -> DateTime<Utc> {
    now.checked_add_signed(chrono::Duration::minutes(HELD_MINUTES)).unwrap_or(now)
}

/// Takes or renews a lease; false where another node holds it.
pub(super) async fn hold(
    app: &AppState,
    name: &'static str,
    holder: Uuid,
    until: DateTime<Utc>,
) -> Result<bool, AppError> {
    hold_lease(app, JobAuthority::new(), (name, holder), until).await
}

/// Lets a lease go.
pub(super) async fn let_go(app: &AppState, name: &'static str, holder: Uuid) -> Result<(), AppError> {
    release_lease(app, JobAuthority::new(), (name, holder)).await
}

/// Whether a mark that was left until some instant has run out, or was never left.
pub(super) async fn is_over(app: &AppState, name: &str) -> Result<bool, AppError> {
    let until = leases::until(app.db.unscoped(), name).await?;
    Ok(until.is_none_or(|until| until <= app.clock.now()))
}
