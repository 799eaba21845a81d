//! A secret address that counts is ended, by its clinician or by the practice: from the next request on it opens nothing.

use entity::ids::{ClinicianId, TapAddressId};
use serde::Serialize;

use crate::{
    audit::Event,
    domain::access::{By, ClinicianScope, PracticeScope},
    error::AppError,
    state::AppState,
    store::tap_addresses,
    writer::Tx,
};

/// An address was ended.
#[derive(Debug, Serialize)]
struct TapAddressRevoked {
    clinician: ClinicianId,
    address: TapAddressId,
}

impl Event for TapAddressRevoked {
    const NAME: &'static str = "tap-address.revoked";
}

/// Which address.
#[derive(Debug, Clone, Copy)]
pub struct RevokeTapAddress(pub TapAddressId);

impl RevokeTapAddress {
    /// Its clinician ends it; nothing where it has ended already.
    ///
    /// # Errors
    /// [`AppError::NotFound`] where the clinician has no such address; [`AppError::Unavailable`].
    pub async fn perform(self, app: &AppState, by: &By<ClinicianScope>) -> Result<(), AppError> {
        let scope = by.scope().clone();
        app.writer.write(by, move |tx| Box::pin(async move { self.run(tx, &scope).await })).await
    }

    /// The practice ends one of a clinician's.
    ///
    /// # Errors
    /// As [`Self::perform`].
    pub async fn perform_for(
        self,
        app: &AppState,
        by: &By<PracticeScope>,
        clinician: ClinicianId,
    ) -> Result<(), AppError> {
        let scope = by.scope().of(clinician);
        app.writer.write(by, move |tx| Box::pin(async move { self.run(tx, &scope).await })).await
    }

    async fn run(self, tx: &Tx, scope: &ClinicianScope) -> Result<(), AppError> {
        let (at, Self(address)) = (tx.read(scope), self);
        if tap_addresses::revoke(at, address, tx.now()).await? {
            let event = TapAddressRevoked { clinician: scope.clinician(), address };
            return Ok(tx.audit(&scope.practice().into(), &event).await?);
        }
        tap_addresses::address(at, address).await?.map(drop).ok_or(AppError::NotFound)
    }
}
