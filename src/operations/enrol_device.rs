//! A link is used up and the device that opened it enrolled.

use entity::ids::{ClinicianId, DeviceId};
use serde::Serialize;
use uuid::Uuid;

use crate::{
    audit::Event,
    domain::access::{AccountScope, By},
    error::AppError,
    live::What,
    state::AppState,
    store::{
        enrolment,
        people::{self, DeviceRow},
        sessions,
    },
    writer::Tx,
};

/// A link was used and a device enrolled.
#[derive(Debug, Serialize)]
struct DeviceEnrolled {
    clinician: ClinicianId,
    device: DeviceId,
    with_pin: bool,
}

impl Event for DeviceEnrolled {
    const NAME: &'static str = "device.enrolled";
}

/// By what a device is let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Invitation {
    /// A link that works once.
    Link(Uuid),
    /// The demo, where everybody is let in.
    Demo,
}

/// A device.
#[derive(Debug, Clone)]
pub struct EnrolDevice {
    /// By what it is let in.
    pub invited: Invitation,
    /// What is stored.
    pub device: DeviceRow,
    /// Hash of the session whose cookie this browser is about to lose; it ends.
    pub replaces: Option<String>,
}

impl EnrolDevice {
    /// Writes it; false where the link was used meanwhile.
    ///
    /// # Errors
    /// [`AppError::IdReused`] where the practice has a device of this id; [`AppError::Unavailable`].
    pub async fn perform(self, app: &AppState, by: &By<AccountScope>) -> Result<bool, AppError> {
        app.writer.write(by, move |tx| Box::pin(async move { self.run(tx).await })).await
    }

    async fn run(self, tx: &Tx) -> Result<bool, AppError> {
        let row = self.device;
        if let Invitation::Link(link) = self.invited
            && !people::use_link(tx.conn(), link, tx.now()).await?
        {
            return Ok(false);
        }
        if enrolment::device(tx.conn(), &row.practice, row.id).await?.is_some() {
            return Err(AppError::IdReused);
        }
        let event = DeviceEnrolled { clinician: row.clinician, device: row.id, with_pin: row.pin_hash.is_some() };
        let practice = row.practice.clone();
        if let Some(session) = &self.replaces {
            sessions::end(tx.conn(), session, tx.now()).await?;
        }
        people::add_device(tx.conn(), row).await?;
        tx.audit(&(&practice).into(), &event).await?;
        tx.changed(&practice, What::People);
        Ok(true)
    }
}
