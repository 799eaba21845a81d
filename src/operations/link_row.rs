//! A link that works once is written in one way, whatever it is for: it ends earlier ones for the same.

use chrono::Duration;

use super::Written;
use crate::{
    error::AppError,
    store::{
        enrolment,
        people::{self, LinkRow},
    },
    writer::Tx,
};

/// How long a link works.
pub(super) const LIFE: Duration = Duration::days(7);

/// Writes the link, unless the same was asked for before and still works.
pub(super) async fn write(tx: &Tx, row: LinkRow) -> Result<Written, AppError> {
    if is_repeat(tx, &row).await? {
        return Ok(Written::Repeat);
    }
    people::end_links(tx.conn(), &row.purpose, row.subject, tx.now()).await?;
    people::add_link(tx.conn(), row).await?;
    Ok(Written::New)
}

async fn is_repeat(tx: &Tx, row: &LinkRow) -> Result<bool, AppError> {
    match enrolment::link_by_id(tx.conn(), row.id).await? {
        None => Ok(false),
        Some(known) if known.subject != row.subject || known.purpose != row.purpose => Err(AppError::IdReused),
        // One that was used or replaced cannot be shown again.
        Some(known)
            if known.used_at.is_some() || known.expires_at <= tx.now() || known.secret_hash != row.secret_hash =>
        {
            Err(AppError::Conflict("This link was used or replaced meanwhile: make a new one"))
        }
        Some(_) => Ok(true),
    }
}
