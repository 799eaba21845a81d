//! A practice revokes a display: its screen opens nothing from the next request on, and its stream ends.

use entity::ids::DisplayId;
use serde::Serialize;

use crate::{
    audit::Event,
    domain::access::{By, PracticeScope},
    error::AppError,
    live::What,
    state::AppState,
    store::displays,
    writer::Tx,
};

/// A display was revoked.
#[derive(Debug, Serialize)]
struct DisplayRevoked {
    display: DisplayId,
}

impl Event for DisplayRevoked {
    const NAME: &'static str = "display.revoked";
}

/// Which display.
#[derive(Debug, Clone, Copy)]
pub struct RevokeDisplay(pub DisplayId);

impl RevokeDisplay {
    /// Revokes it; nothing where it was revoked before.
    ///
    /// # Errors
    /// [`AppError::NotFound`] where the practice has no such display; [`AppError::Unavailable`].
    pub async fn perform(self, app: &AppState, by: &By<PracticeScope>) -> Result<(), AppError> {
        let own = by.clone();
        app.writer.write(by, move |tx| Box::pin(async move { self.run(tx, own.scope()).await })).await
    }

    async fn run(self, tx: &Tx, scope: &PracticeScope) -> Result<(), AppError> {
        let (practice, Self(display)) = (scope.practice(), self);
        if displays::revoke(tx.read(scope), display, tx.now()).await? {
            tx.audit(&practice.into(), &DisplayRevoked { display }).await?;
            // An open stream hears this, asks whether it may go on, and ends.
            tx.changed(practice, What::People);
            return Ok(());
        }
        let known = displays::display(tx.conn(), practice, display).await?;
        known.map(drop).ok_or(AppError::NotFound)
    }
}
