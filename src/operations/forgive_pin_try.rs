//! After a right PIN the wrong ones are forgotten; where it could not be looked at, nobody has guessed.

use entity::ids::{DeviceId, OdsCode};

use super::count_pin_try;
use crate::{
    domain::access::{AccountScope, By},
    error::AppError,
    state::AppState,
    store::tries,
    writer::Tx,
};

/// What became of a try that was no wrong one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Try {
    /// It was right.
    Right,
    /// It was not made: the PIN could not be looked at.
    NotMade,
}

/// Of which device.
#[derive(Debug, Clone)]
pub struct ForgivePinTry {
    /// Where.
    pub practice: OdsCode,
    /// Which.
    pub device: DeviceId,
    /// What became of it.
    pub was: Try,
}

impl ForgivePinTry {
    /// Forgets all, or takes this one back.
    ///
    /// # Errors
    /// [`AppError::Unavailable`].
    pub async fn perform(self, app: &AppState, by: &By<AccountScope>) -> Result<(), AppError> {
        app.writer.write(by, move |tx| Box::pin(async move { self.run(tx).await })).await
    }

    async fn run(self, tx: &Tx) -> Result<(), AppError> {
        let (conn, practice, device) = (tx.conn(), &self.practice, self.device);
        if self.was == Try::Right {
            return Ok(tries::forget_pins(conn, practice, device).await?);
        }
        tries::hold(conn, &[&count_pin_try::lock(practice, device)]).await?;
        if let Some((wrong, last)) = tries::wrong_pins(conn, practice, device).await? {
            let wrong = wrong.saturating_sub(1);
            tries::set_wrong_pins(conn, practice, device, wrong, last).await?;
        }
        Ok(())
    }
}
