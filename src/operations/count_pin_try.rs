//! A try to give a device's PIN counts before it is made.

use chrono::{DateTime, Utc};
use entity::ids::{DeviceId, OdsCode};

use crate::{
    domain::{
        access::{AccountScope, By},
        guessing,
    },
    error::AppError,
    state::AppState,
    store::tries,
    writer::Tx,
};

/// Of which device.
#[derive(Debug, Clone)]
pub struct CountPinTry {
    /// Where.
    pub practice: OdsCode,
    /// Which.
    pub device: DeviceId,
}

impl CountPinTry {
    /// Counts it.
    ///
    /// # Errors
    /// [`AppError::TooManyTries`] where there were too many in a row; then nothing is counted.
    /// [`AppError::Unavailable`].
    pub async fn perform(self, app: &AppState, by: &By<AccountScope>) -> Result<(), AppError> {
        let read = app.db.unscoped();
        let before = tries::wrong_pins(read, &self.practice, self.device).await?;
        refuse(before, app.clock.now())?;
        app.writer.write(by, move |tx| Box::pin(async move { self.run(tx).await })).await
    }

    async fn run(self, tx: &Tx) -> Result<(), AppError> {
        let (conn, now, practice) = (tx.conn(), tx.now(), &self.practice);
        tries::hold(conn, &[&lock(practice, self.device)]).await?;
        let before = tries::wrong_pins(conn, practice, self.device).await?;
        refuse(before, now)?;
        let wrong = before.map_or(1, |(wrong, _)| wrong.saturating_add(1));
        Ok(tries::set_wrong_pins(conn, practice, self.device, wrong, now).await?)
    }
}

/// The name under which the tries of a device are held.
pub(super) fn lock(practice: &OdsCode, device: DeviceId) -> String {
    format!("pin {practice} {device}")
}

fn refuse(before: Option<(u32, DateTime<Utc>)>, now: DateTime<Utc>) -> Result<(), AppError> {
    match before.and_then(|(wrong, last)| guessing::wait_in_a_row(wrong, last, now)) {
        Some(retry_after) => Err(AppError::TooManyTries { retry_after }),
        None => Ok(()),
    }
}
