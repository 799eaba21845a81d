//! The link that enrols a device, with the address that is shown.

use entity::ids::ClinicianId;
use uuid::Uuid;

use crate::{
    config::Purpose,
    domain::access::{By, ManageClinicians, Permit},
    error::AppError,
    operations::make_enrolment_link::MakeEnrolmentLink,
    state::AppState,
    store::enrolment::ENROL,
    web::secrets,
};

/// Makes an enrolment link; returns its address. The same id makes the same secret, so that a page that is loaded again
/// shows the same link; the database has its hash only.
pub(super) async fn enrolment(
    app: &AppState,
    permit: &Permit<ManageClinicians>,
    clinician: ClinicianId,
    id: Uuid,
) -> Result<String, AppError> {
    let parts = [ENROL, permit.scope().practice().as_str(), &id.to_string()];
    let secret = secrets::derived(&app.keys, Purpose::Link, &parts)?;
    let link = MakeEnrolmentLink { id, clinician, secret_hash: secrets::hash(&secret) };
    link.perform(app, &By::from(permit)).await?;
    Ok(format!("{}/enrol/{secret}", app.settings.public_url))
}
