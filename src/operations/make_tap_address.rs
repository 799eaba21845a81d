//! A clinician makes a secret address that counts for them, on a device of their own.

use entity::ids::{ClinicianId, DeviceId, TapAddressId};
use serde::Serialize;

use crate::{
    audit::Event,
    domain::access::{Authority, By, ClinicianScope},
    error::AppError,
    operations::Written,
    state::AppState,
    store::{
        tap_addresses::{self, TapAddressRow},
        tries,
    },
    writer::Tx,
};

/// Addresses of a clinician that work at a time.
pub const MOST_ADDRESSES: usize = 5;

/// An address was made.
#[derive(Debug, Serialize)]
struct TapAddressMade {
    clinician: ClinicianId,
    address: TapAddressId,
    device: DeviceId,
}

impl Event for TapAddressMade {
    const NAME: &'static str = "tap-address.made";
}

/// An address.
#[derive(Debug, Clone)]
pub struct MakeTapAddress {
    /// Made by the client.
    pub id: TapAddressId,
    /// What it is for.
    pub name: String,
    /// Hash of the secret in it.
    pub secret_hash: String,
}

impl MakeTapAddress {
    /// Writes it. Sent again it stands for the address of the first time, whose secret nobody has any more but its holder.
    ///
    /// # Errors
    /// [`AppError::Invalid`] where there are as many as there may be; [`AppError::IdReused`]; [`AppError::Unavailable`].
    pub async fn perform(self, app: &AppState, by: &By<ClinicianScope>) -> Result<Written, AppError> {
        let own = by.clone();
        app.writer.write(by, move |tx| Box::pin(async move { self.run(tx, &own).await })).await
    }

    async fn run(self, tx: &Tx, by: &By<ClinicianScope>) -> Result<Written, AppError> {
        let scope = by.scope();
        let (practice, clinician, at) = (scope.practice(), scope.clinician(), tx.read(scope));
        // Of two at once each sees the other's.
        tries::hold(tx.conn(), &[&format!("tap addresses of {practice} {clinician}")]).await?;
        if let Some(known) = tap_addresses::address(at, self.id).await? {
            return if known.name == self.name { Ok(Written::Repeat) } else { Err(AppError::IdReused) };
        }
        if tap_addresses::of_clinician(at, tx.now()).await?.len() >= MOST_ADDRESSES {
            let full = format!("There are {MOST_ADDRESSES} addresses, which is the most: end one first");
            return Err(AppError::field("name", full));
        }
        let row = TapAddressRow {
            practice: practice.clone(),
            id: self.id,
            clinician,
            device: DeviceId(by.id()),
            name: self.name,
            secret_hash: self.secret_hash,
            created_at: tx.now(),
            last_used_at: None,
            revoked_at: None,
        };
        let device = row.device;
        // The id stands for a colleague's address.
        if !tap_addresses::add(tx.conn(), row).await? {
            return Err(AppError::IdReused);
        }
        let event = TapAddressMade { clinician, address: self.id, device };
        tx.audit(&practice.into(), &event).await?;
        Ok(Written::New)
    }
}
