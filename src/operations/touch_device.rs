//! A device is in use.

use entity::ids::{DeviceId, OdsCode};

use crate::{
    domain::access::{AccountScope, By},
    error::AppError,
    state::AppState,
    store::enrolment,
};

/// Which.
#[derive(Debug, Clone)]
pub struct TouchDevice {
    /// Where.
    pub practice: OdsCode,
    /// Which.
    pub device: DeviceId,
}

impl TouchDevice {
    /// Notes it.
    ///
    /// # Errors
    /// [`AppError::Unavailable`].
    pub async fn perform(self, app: &AppState, by: &By<AccountScope>) -> Result<(), AppError> {
        let Self { practice, device } = self;
        app.writer
            .write(by, move |tx| {
                Box::pin(async move { Ok(enrolment::touch_device(tx.conn(), &practice, device, tx.now()).await?) })
            })
            .await
    }
}
