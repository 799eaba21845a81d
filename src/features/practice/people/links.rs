//! Links that work once, with the address that is shown.

use entity::ids::{ClinicianId, PersonId};
use uuid::Uuid;

use crate::{
    config::Purpose,
    domain::{
        access::{Administer, By, ManageClinicians, Permit},
        grant,
    },
    error::AppError,
    operations::{make_enrolment_link::MakeEnrolmentLink, make_password_link::MakePasswordLink},
    state::AppState,
    store::{admin::PASSWORD, enrolment::ENROL},
    web::secrets,
};

/// The secret of the link with this id, at a practice or of the service. The same each time, so that a page that is loaded
/// again shows the same link; the database has its hash only.
pub(super) fn secret(app: &AppState, purpose: &str, of: &str, id: Uuid) -> Result<String, AppError> {
    secrets::derived(&app.keys, Purpose::Link, &[purpose, of, &id.to_string()])
}

/// Makes an enrolment link; returns its address.
pub(super) async fn enrolment(
    app: &AppState,
    permit: &Permit<ManageClinicians>,
    clinician: ClinicianId,
    id: Uuid,
) -> Result<String, AppError> {
    let secret = secret(app, ENROL, permit.scope().practice().as_str(), id)?;
    let link = MakeEnrolmentLink { id, clinician, secret_hash: secrets::hash(&secret) };
    link.perform(app, &By::from(permit)).await?;
    Ok(format!("{}/enrol/{secret}", app.settings.public_url))
}

/// Makes a link with which a person sets a new password; returns its address.
pub(super) async fn password(
    app: &AppState,
    permit: &Permit<Administer>,
    person: PersonId,
    id: Uuid,
) -> Result<String, AppError> {
    let secret = secret(app, PASSWORD, grant::SERVICE, id)?;
    let link = MakePasswordLink { id, person, secret_hash: secrets::hash(&secret) };
    link.perform(app, &By::from(permit)).await?;
    Ok(format!("{}/password/{secret}", app.settings.public_url))
}
