//! Enrolment links and the devices they made.

use chrono::Duration;
use entity::ids::{ClinicianId, DeviceId, OdsCode, PersonId};
use uuid::Uuid;

use super::events::{DeviceRevoked, LinkMade, PasswordLinkMade};
use crate::{
    config::Purpose,
    domain::{
        access::{ClinicianScope, ManageClinicians, Permit},
        calendar, digest,
    },
    error::AppError,
    live::What,
    state::AppState,
    store::{
        admin::PASSWORD,
        enrolment::{self, ENROL},
        people::{self, LinkRow},
    },
    web::secrets,
    writer::{Tx, owned_scope},
};

/// How long a link works.
const LIFE: Duration = Duration::days(7);
/// A link that was used or replaced cannot be shown again.
const REPLACED: AppError =
    AppError::Conflict("This link was used or replaced meanwhile: make a new one");

/// The secret of the link with this id, at a practice or of the service. The same each time, so that a page that is loaded
/// again shows the same link; the database has its hash only.
pub(super) fn secret(
    app: &AppState,
    purpose: &str,
    of: &str,
    id: Uuid,
) -> Result<String, AppError> {
    secrets::derived(&app.keys, Purpose::Link, &[purpose, of, &id.to_string()])
}

/// Makes an enrolment link, which ends earlier ones of the clinician; returns its address.
pub(super) async fn make(
    app: &AppState,
    permit: &Permit<ManageClinicians>,
    clinician: ClinicianId,
    id: Uuid,
) -> Result<String, AppError> {
    let practice = permit.scope().practice();
    let secret = secret(app, ENROL, practice.as_str(), id)?;
    let id = row_id(practice, id);
    let (scope, hash) = (owned_scope(permit).of(clinician), secrets::hash(&secret));
    app.writer
        .write(permit, move |tx| {
            Box::pin(async move { write(tx, &scope, id, hash).await })
        })
        .await?;
    Ok(format!("{}/enrol/{secret}", app.settings.public_url))
}

/// The key of a practice's link. Ids are made by clients, and links of all practices lie in one table: the same id at two
/// practices must be two links, or the second would learn of the first.
fn row_id(practice: &OdsCode, id: Uuid) -> Uuid {
    let digest = digest::hex(&[practice.as_str().as_bytes(), id.as_bytes()]);
    let half = digest.get(..32).unwrap_or_default();
    u128::from_str_radix(half, 16).map_or(id, Uuid::from_u128)
}

async fn write(
    tx: &Tx,
    scope: &ClinicianScope,
    id: Uuid,
    secret_hash: String,
) -> Result<(), AppError> {
    let clinician = people::clinician(tx.read(scope))
        .await?
        .ok_or(AppError::NotFound)?;
    let today = calendar::london_day(tx.now());
    if clinician.left_on.is_some_and(|left| left <= today) {
        return Err(AppError::Conflict(
            "This clinician has left: change the last working day first",
        ));
    }
    let row = LinkRow {
        id,
        secret_hash,
        purpose: ENROL.to_owned(),
        practice: Some(scope.practice().clone()),
        subject: Some(scope.clinician().0),
        created_at: tx.now(),
        expires_at: tx.now() + LIFE,
        used_at: None,
    };
    if is_repeat(tx, &row).await? {
        return Ok(());
    }
    people::end_links(tx.conn(), ENROL, row.subject, tx.now()).await?;
    people::add_link(tx.conn(), row).await?;
    let event = LinkMade {
        clinician: scope.clinician(),
        link: id,
    };
    tx.audit(&scope.practice().into(), &event).await?;
    tx.changed(scope.practice(), What::People);
    Ok(())
}

/// Whether the same link was asked for before and still works.
async fn is_repeat(tx: &Tx, row: &LinkRow) -> Result<bool, AppError> {
    match enrolment::link_by_id(tx.conn(), row.id).await? {
        None => Ok(false),
        Some(known) if known.subject != row.subject || known.purpose != row.purpose => {
            Err(AppError::IdReused)
        }
        Some(known)
            if known.used_at.is_some()
                || known.expires_at <= tx.now()
                || known.secret_hash != row.secret_hash =>
        {
            Err(REPLACED)
        }
        Some(_) => Ok(true),
    }
}

/// Writes a link with which a person sets a password; it ends earlier ones.
pub(super) async fn write_password_link(
    tx: &Tx,
    person: PersonId,
    id: Uuid,
    secret_hash: String,
) -> Result<(), AppError> {
    let row = LinkRow {
        id,
        secret_hash,
        purpose: PASSWORD.to_owned(),
        practice: None,
        subject: Some(person.0),
        created_at: tx.now(),
        expires_at: tx.now() + LIFE,
        used_at: None,
    };
    if is_repeat(tx, &row).await? {
        return Ok(());
    }
    people::end_links(tx.conn(), PASSWORD, row.subject, tx.now()).await?;
    people::add_link(tx.conn(), row).await?;
    Ok(tx
        .audit_service(&PasswordLinkMade { person, link: id })
        .await?)
}

/// Revokes one device; nothing where it was revoked before.
pub(super) async fn revoke(
    app: &AppState,
    permit: &Permit<ManageClinicians>,
    clinician: ClinicianId,
    device: DeviceId,
) -> Result<(), AppError> {
    let scope = owned_scope(permit).of(clinician);
    app.writer
        .write(permit, move |tx| {
            Box::pin(async move {
                let revoked =
                    people::revoke_devices(tx.conn(), &scope, Some(device), tx.now()).await?;
                if revoked > 0 {
                    let event = DeviceRevoked { clinician, device };
                    tx.audit(&scope.practice().into(), &event).await?;
                    tx.changed(scope.practice(), What::People);
                    return Ok(());
                }
                let known = enrolment::device(tx.conn(), scope.practice(), device).await?;
                match known.filter(|known| known.clinician == clinician) {
                    Some(_) => Ok(()),
                    None => Err(AppError::NotFound),
                }
            })
        })
        .await
}
