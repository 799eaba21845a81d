//! A person revokes the secret address of a practice's diary.

use entity::ids::{OdsCode, PersonId};
use serde::Serialize;

use crate::{
    audit::Event,
    domain::access::{Authority, By, PracticeScope},
    error::AppError,
    state::AppState,
    store::notices,
    writer::Tx,
};

/// The address of a feed was revoked.
#[derive(Debug, Serialize)]
struct FeedRevoked {
    person: PersonId,
}

impl Event for FeedRevoked {
    const NAME: &'static str = "calendar-feed.revoked";
}

/// The address of whoever asks.
#[derive(Debug, Clone, Copy)]
pub struct RevokeCalendarFeed;

impl RevokeCalendarFeed {
    /// Revokes it, if there is one.
    ///
    /// # Errors
    /// [`AppError::Unavailable`].
    pub async fn perform(self, app: &AppState, by: &By<PracticeScope>) -> Result<(), AppError> {
        let own = by.clone();
        app.writer
            .write(by, move |tx| Box::pin(async move { revoke(tx, own.scope().practice(), PersonId(own.id())).await }))
            .await
    }
}

pub(super) async fn revoke(tx: &Tx, practice: &OdsCode, person: PersonId) -> Result<(), AppError> {
    if notices::revoke_feeds(tx.conn(), practice, person, tx.now()).await? {
        tx.audit(&practice.into(), &FeedRevoked { person }).await?;
    }
    Ok(())
}
