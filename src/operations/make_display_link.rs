//! A practice makes a link that turns a screen into a display.

use chrono::Duration;
use entity::ids::DisplayId;
use serde::Serialize;

use crate::{
    audit::Event,
    domain::access::{Authority, By, PracticeScope},
    error::AppError,
    state::AppState,
    store::displays::{self, DisplayRow},
    writer::Tx,
};

/// How long a link waits for its screen.
const WAITS: Duration = Duration::days(7);

/// A display link was made.
#[derive(Debug, Serialize)]
struct DisplayMade {
    display: DisplayId,
    desk: bool,
}

impl Event for DisplayMade {
    const NAME: &'static str = "display.made";
}

/// A link.
#[derive(Debug, Clone)]
pub struct MakeDisplayLink {
    /// Made by the client.
    pub id: DisplayId,
    /// Where the screen stands.
    pub label: String,
    /// Whether it is reception's and counts where patients are sent.
    pub desk: bool,
    /// Hash of the secret in the link.
    pub secret_hash: String,
}

impl MakeDisplayLink {
    /// Writes the display; the same form again stands for the same link while no screen has used it.
    ///
    /// # Errors
    /// [`AppError::IdReused`]; [`AppError::Conflict`] where the link was used or revoked meanwhile;
    /// [`AppError::Unavailable`].
    pub async fn perform(self, app: &AppState, by: &By<PracticeScope>) -> Result<(), AppError> {
        let own = by.clone();
        app.writer.write(by, move |tx| Box::pin(async move { self.run(tx, &own).await })).await
    }

    async fn run(self, tx: &Tx, by: &By<PracticeScope>) -> Result<(), AppError> {
        let (practice, desk, id) = (by.scope().practice(), self.desk, self.id);
        let row = DisplayRow {
            practice: practice.clone(),
            id,
            label: self.label,
            may_count: desk,
            secret_hash: self.secret_hash,
            created_at: tx.now(),
            created_by: by.id(),
            opened_at: None,
            expires_at: tx.now() + WAITS,
            revoked_at: None,
        };
        if displays::add(tx.conn(), row.clone()).await? {
            let event = DisplayMade { display: id, desk };
            return Ok(tx.audit(&practice.into(), &event).await?);
        }
        let known = displays::display(tx.conn(), practice, id).await?;
        match known {
            Some(known) if known.label != row.label || known.may_count != desk => Err(AppError::IdReused),
            Some(known)
                if known.opened_at.is_some() || known.revoked_at.is_some() || known.secret_hash != row.secret_hash =>
            {
                Err(AppError::Conflict("This link was used or revoked meanwhile: make a new one"))
            }
            _ => Ok(()),
        }
    }
}
