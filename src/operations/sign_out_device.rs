//! A device ends its own enrolment.

use entity::ids::{ClinicianId, DeviceId};
use serde::Serialize;

use crate::{
    audit::Event,
    domain::access::{By, ClinicianScope},
    error::AppError,
    live::What,
    state::AppState,
    store::people,
    writer::Tx,
};

/// A device signed itself out.
#[derive(Debug, Serialize)]
struct DeviceSignedOut {
    clinician: ClinicianId,
    device: DeviceId,
}

impl Event for DeviceSignedOut {
    const NAME: &'static str = "device.signed-out";
}

/// Which device.
#[derive(Debug, Clone, Copy)]
pub struct SignOutDevice(pub DeviceId);

impl SignOutDevice {
    /// Ends it.
    ///
    /// # Errors
    /// [`AppError::Unavailable`].
    pub async fn perform(self, app: &AppState, by: &By<ClinicianScope>) -> Result<(), AppError> {
        let own = by.clone();
        app.writer.write(by, move |tx| Box::pin(async move { self.run(tx, own.scope()).await })).await
    }

    async fn run(self, tx: &Tx, scope: &ClinicianScope) -> Result<(), AppError> {
        let Self(device) = self;
        people::revoke_devices(tx.conn(), scope, Some(device), tx.now()).await?;
        let event = DeviceSignedOut { clinician: scope.clinician(), device };
        tx.audit(&scope.practice().into(), &event).await?;
        tx.changed(scope.practice(), What::People);
        Ok(())
    }
}
