//! A practice revokes one device of a clinician.

use entity::ids::{ClinicianId, DeviceId};
use serde::Serialize;

use crate::{
    audit::Event,
    domain::access::{By, PracticeScope},
    error::AppError,
    live::What,
    state::AppState,
    store::{enrolment, people},
    writer::Tx,
};

/// A device was revoked.
#[derive(Debug, Serialize)]
struct DeviceRevoked {
    clinician: ClinicianId,
    device: DeviceId,
}

impl Event for DeviceRevoked {
    const NAME: &'static str = "device.revoked";
}

/// Which device.
#[derive(Debug, Clone, Copy)]
pub struct RevokeDevice {
    /// Whose.
    pub clinician: ClinicianId,
    /// Which.
    pub device: DeviceId,
}

impl RevokeDevice {
    /// Revokes it; nothing where it was revoked before.
    ///
    /// # Errors
    /// [`AppError::NotFound`] where the clinician has no such device; [`AppError::Unavailable`].
    pub async fn perform(self, app: &AppState, by: &By<PracticeScope>) -> Result<(), AppError> {
        let own = by.clone();
        app.writer.write(by, move |tx| Box::pin(async move { self.run(tx, own.scope()).await })).await
    }

    async fn run(self, tx: &Tx, scope: &PracticeScope) -> Result<(), AppError> {
        let Self { clinician, device } = self;
        let (practice, whose) = (scope.practice(), scope.of(clinician));
        let revoked = people::revoke_devices(tx.conn(), &whose, Some(device), tx.now()).await?;
        if revoked > 0 {
            let event = DeviceRevoked { clinician, device };
            tx.audit(&practice.into(), &event).await?;
            tx.changed(practice, What::People);
            return Ok(());
        }
        let known = enrolment::device(tx.conn(), practice, device).await?;
        match known.filter(|known| known.clinician == clinician) {
            Some(_) => Ok(()),
            None => Err(AppError::NotFound),
        }
    }
}
