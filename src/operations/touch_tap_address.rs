//! A secret address that counts is in use.

use entity::ids::TapAddressId;

use crate::{
    domain::access::{By, ClinicianScope},
    error::AppError,
    state::AppState,
    store::tap_addresses,
};

/// Which.
#[derive(Debug, Clone, Copy)]
pub struct TouchTapAddress(pub TapAddressId);

impl TouchTapAddress {
    /// Notes it.
    ///
    /// # Errors
    /// [`AppError::Unavailable`].
    pub async fn perform(self, app: &AppState, by: &By<ClinicianScope>) -> Result<(), AppError> {
        let (Self(address), practice) = (self, by.scope().practice().clone());
        app.writer
            .write(by, move |tx| {
                Box::pin(async move { Ok(tap_addresses::touch(tx.conn(), &practice, address, tx.now()).await?) })
            })
            .await
    }
}
