//! A screen uses a display link up: its browser is the display from now on.

use chrono::Duration;
use entity::ids::{DisplayId, OdsCode};
use serde::Serialize;

use crate::{
    audit::Event,
    domain::access::{AccountScope, By},
    error::AppError,
    state::AppState,
    store::{displays, sessions},
    writer::Tx,
};

/// How long a screen shows the day, unless it is revoked.
const SHOWS: Duration = Duration::days(365);

/// A screen used a display link up.
#[derive(Debug, Serialize)]
struct DisplayOpened {
    display: DisplayId,
}

impl Event for DisplayOpened {
    const NAME: &'static str = "display.opened";
}

/// A screen with a link.
#[derive(Debug, Clone)]
pub struct OpenDisplay {
    /// Whose display.
    pub practice: OdsCode,
    /// Which.
    pub display: DisplayId,
    /// Hash of the secret in the link.
    pub link_hash: String,
    /// Hash of the secret that opens the display from now on.
    pub own_hash: String,
    /// Hash of the session whose cookie gives way to that of the screen.
    pub replaces: Option<String>,
}

impl OpenDisplay {
    /// Writes it; nothing where the link was used meanwhile.
    ///
    /// # Errors
    /// [`AppError::Unavailable`].
    pub async fn perform(self, app: &AppState, by: &By<AccountScope>) -> Result<(), AppError> {
        app.writer.write(by, move |tx| Box::pin(async move { self.run(tx).await })).await
    }

    async fn run(self, tx: &Tx) -> Result<(), AppError> {
        let (link, own, until) = (&self.link_hash, &self.own_hash, tx.now() + SHOWS);
        if displays::open(tx.conn(), link, own, tx.now(), until).await? {
            let event = DisplayOpened { display: self.display };
            if let Some(session) = &self.replaces {
                sessions::end(tx.conn(), session, tx.now()).await?;
            }
            tx.audit(&self.practice.into(), &event).await?;
        }
        Ok(())
    }
}
