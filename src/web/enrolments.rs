//! The places a device counts for: one person, at up to three clinician rows, each with a secret of its own in the one
//! cookie. Every secret is looked up on every request, so a place that was revoked is gone at once and takes no other
//! with it; a PIN opens the one place it was chosen for.

use axum::http::HeaderMap;
use entity::ids::{ClinicianId, DeviceId, OdsCode};
use futures::future;

use super::{
    cookies::{self, Cookie},
    secrets,
};
use crate::{
    domain::access::{self, Actor, Facts, Permit, SeeOwnDay, Target},
    error::AppError,
    state::AppState,
    store::people::DeviceRow,
};

/// A place that the cookie of this request opens: its row and its secret.
#[derive(Debug, Clone)]
pub struct HeldEnrolment {
    /// As in the cookie.
    pub secret: String,
    /// As enrolled.
    pub row: DeviceRow,
    /// Whether it waits for its PIN.
    pub locked: bool,
}

impl HeldEnrolment {
    /// The place as its caller carries it.
    pub fn enrolment(&self) -> Enrolment {
        Enrolment {
            device: self.row.id,
            practice: self.row.practice.clone(),
            clinician: self.row.clinician,
            has_pin: self.row.pin_hash.is_some(),
            locked: self.locked,
            due: false,
        }
    }
}

/// A place as its caller carries it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Enrolment {
    /// The enrolment.
    pub device: DeviceId,
    /// Where.
    pub practice: OdsCode,
    /// For whom.
    pub clinician: ClinicianId,
    /// Whether it is opened with a PIN.
    pub has_pin: bool,
    /// Whether it waits for it: until then it opens nothing.
    pub locked: bool,
    /// Whether its use is to be noted: the last note is old, or of another place.
    pub(super) due: bool,
}

impl Enrolment {
    /// Who asks when it is used.
    pub fn actor(&self) -> Actor {
        Actor::Device { id: self.device, practice: self.practice.clone(), clinician: self.clinician }
    }

    /// Whether a request to this target is one from this place.
    pub fn is_about(&self, target: &Target) -> bool {
        match target {
            Target::Clinician(practice, clinician) => *practice == self.practice && *clinician == self.clinician,
            Target::Practice(practice) => *practice == self.practice,
            Target::Lmc(_) | Target::Organisation(_) | Target::Releases | Target::Account | Target::Service => false,
        }
    }

    /// What it may do for its own clinician; nothing while it waits for its PIN.
    pub fn own_clinician(&self) -> Option<Permit<SeeOwnDay>> {
        let target = Target::Clinician(self.practice.clone(), self.clinician);
        let exists = Facts { exists: true, ..Facts::default() };
        let permit = || access::permit(&self.actor(), &target, exists).ok();
        (!self.locked).then(permit).flatten()
    }
}

/// The places of the browser that sent these headers.
///
/// # Errors
/// Where the database cannot be read.
pub async fn of_browser(app: &AppState, headers: &HeaderMap) -> Result<Vec<HeldEnrolment>, AppError> {
    match cookies::read(headers, &app.settings) {
        Some(Cookie::Device(secrets)) => held(app, headers, secrets).await,
        _ => Ok(Vec::new()),
    }
}

/// The places of a cookie that were neither revoked nor have expired, in the cookie's order.
///
/// # Errors
/// Where the database cannot be read.
pub async fn held(app: &AppState, headers: &HeaderMap, secrets: Vec<String>) -> Result<Vec<HeldEnrolment>, AppError> {
    let now = app.clock.now();
    let rows = secrets.iter().map(|secret| app.tap_lookups.device(secrets::hash(secret)));
    let rows = future::try_join_all(rows).await?;
    let mut held: Vec<HeldEnrolment> = Vec::new();
    for (secret, row) in secrets.into_iter().zip(rows) {
        let Some(row) = row.filter(|row| row.expires_at > now) else {
            continue;
        };
        // A clinician row counts once, whatever a cookie says.
        let same = |known: &HeldEnrolment| known.row.practice == row.practice && known.row.clinician == row.clinician;
        if held.iter().any(same) {
            continue;
        }
        let locked = row.pin_hash.is_some() && !cookies::is_unlocked(headers, &app.settings, &app.keys, &row, now);
        held.push(HeldEnrolment { secret, row, locked });
    }
    Ok(held)
}
