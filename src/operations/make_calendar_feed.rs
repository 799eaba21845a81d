//! A person makes the secret address of a practice's diary for their calendar program; there is one at a time.

use entity::ids::{PersonId, RowId};
use serde::Serialize;

use super::revoke_calendar_feed::revoke;
use crate::{
    audit::Event,
    domain::access::{Authority, By, PracticeScope},
    error::AppError,
    state::AppState,
    store::notices::{self, NewFeed},
    writer::Tx,
};

/// The address of a feed was made.
#[derive(Debug, Serialize)]
struct FeedMade {
    feed: RowId,
}

impl Event for FeedMade {
    const NAME: &'static str = "calendar-feed.made";
}

/// An address for whoever asks.
#[derive(Debug, Clone)]
pub struct MakeCalendarFeed {
    /// Made by the client.
    pub id: RowId,
    /// What is kept of the secret in the address.
    pub secret_hash: String,
}

impl MakeCalendarFeed {
    /// Revokes the address before, and writes this one.
    ///
    /// # Errors
    /// [`AppError::Unavailable`].
    pub async fn perform(self, app: &AppState, by: &By<PracticeScope>) -> Result<(), AppError> {
        let own = by.clone();
        app.writer.write(by, move |tx| Box::pin(async move { self.run(tx, &own).await })).await
    }

    async fn run(self, tx: &Tx, by: &By<PracticeScope>) -> Result<(), AppError> {
        let (practice, person) = (by.scope().practice(), PersonId(by.id()));
        let known = notices::feed_of(tx.conn(), practice, person).await?;
        if known.is_some_and(|known| known.id == self.id) {
            return Ok(());
        }
        revoke(tx, practice, person).await?;
        let new = NewFeed { id: self.id, person, secret_hash: self.secret_hash };
        if notices::add_feed(tx.read(by.scope()), new, tx.now()).await? {
            let event = FeedMade { feed: self.id };
            tx.audit(&practice.into(), &event).await?;
        }
        Ok(())
    }
}
