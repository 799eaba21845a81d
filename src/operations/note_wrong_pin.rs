//! Somebody gave a wrong PIN.

use entity::ids::{DeviceId, OdsCode};
use serde::Serialize;

use crate::{
    audit::Event,
    domain::access::{AccountScope, By},
    error::AppError,
    state::AppState,
};

/// A wrong PIN was given.
#[derive(Debug, Serialize)]
struct PinRefused {
    device: DeviceId,
}

impl Event for PinRefused {
    const NAME: &'static str = "device.pin-refused";
}

/// Of which device.
#[derive(Debug, Clone)]
pub struct NoteWrongPin {
    /// Where.
    pub practice: OdsCode,
    /// Which.
    pub device: DeviceId,
}

impl NoteWrongPin {
    /// Notes it.
    ///
    /// # Errors
    /// [`AppError::Unavailable`].
    pub async fn perform(self, app: &AppState, by: &By<AccountScope>) -> Result<(), AppError> {
        let Self { practice, device } = self;
        app.writer
            .write(by, move |tx| Box::pin(async move { Ok(tx.audit(&practice.into(), &PinRefused { device }).await?) }))
            .await
    }
}
