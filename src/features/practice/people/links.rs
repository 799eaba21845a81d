//! The link that enrols a device, with the address that is shown.

use std::collections::HashSet;

use entity::ids::ClinicianId;
use uuid::Uuid;

use super::{clinicians, sheet_view::Handed};
use crate::{
    config::Purpose,
    domain::access::{By, ManageClinicians, Permit},
    error::AppError,
    operations::make_enrolment_link::MakeEnrolmentLink,
    state::AppState,
    store::{
        enrolment::{self, ENROL},
        people,
    },
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

/// Most links on one sheet.
const MOST: usize = 100;

/// A link for each clinician who is here and has no device; those first who were not given one yet. Each ends what the
/// clinician was given before. The same id makes the same links.
pub(super) async fn for_everybody(
    app: &AppState,
    permit: &Permit<ManageClinicians>,
    id: Uuid,
) -> Result<Vec<Handed>, AppError> {
    let (read, now, today) = (app.db.read(permit.scope()), app.clock.now(), app.clock.today());
    let devices = people::devices(read, now).await?;
    let with_device: HashSet<ClinicianId> = devices.iter().map(|device| device.clinician).collect();
    let given = enrolment::open_links(read, now).await?;
    let given: HashSet<ClinicianId> = given.into_iter().map(|(clinician, _)| clinician).collect();
    let mut without = enrolment::all_clinicians(read).await?;
    without.retain(|row| !with_device.contains(&row.id) && row.left_on.is_none_or(|left| left > today));
    without.sort_by_key(|row| given.contains(&row.id));
    let mut links = Vec::new();
    for row in without.into_iter().take(MOST) {
        let own = clinicians::within(id, &[row.id.0.as_bytes()]);
        match enrolment(app, permit, row.id, own).await {
            Ok(link) => links.push((row.label, link)),
            // They left, or used it, a moment ago.
            Err(AppError::Conflict(_)) => {}
            Err(other) => return Err(other),
        }
    }
    links.sort();
    Ok(links)
}
