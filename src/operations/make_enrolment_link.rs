//! A practice makes a link with which a clinician enrols a device; it ends earlier ones of the clinician.

use entity::ids::{ClinicianId, OdsCode};
use serde::Serialize;
use uuid::Uuid;

use super::{Written, link_row};
use crate::{
    audit::Event,
    domain::{
        access::{By, PracticeScope},
        calendar, digest,
    },
    error::AppError,
    live::What,
    state::AppState,
    store::{
        enrolment::ENROL,
        people::{self, LinkRow},
    },
    writer::Tx,
};

/// An enrolment link was made; it ended earlier ones.
#[derive(Debug, Serialize)]
struct LinkMade {
    clinician: ClinicianId,
    link: Uuid,
}

impl Event for LinkMade {
    const NAME: &'static str = "enrolment-link.made";
}

/// A link.
#[derive(Debug, Clone)]
pub struct MakeEnrolmentLink {
    /// Made by the client.
    pub id: Uuid,
    /// Of the practice.
    pub clinician: ClinicianId,
    /// Hash of the secret in the link.
    pub secret_hash: String,
}

impl MakeEnrolmentLink {
    /// Writes it.
    ///
    /// # Errors
    /// [`AppError::NotFound`] where the practice has no such clinician; [`AppError::Conflict`] where they have left, or
    /// the link was used or replaced; [`AppError::IdReused`]; [`AppError::Unavailable`].
    pub async fn perform(self, app: &AppState, by: &By<PracticeScope>) -> Result<(), AppError> {
        let own = by.clone();
        app.writer.write(by, move |tx| Box::pin(async move { self.run(tx, own.scope()).await })).await
    }

    async fn run(self, tx: &Tx, scope: &PracticeScope) -> Result<(), AppError> {
        let (practice, clinician) = (scope.practice(), self.clinician);
        let known = people::clinician(tx.read(&scope.of(clinician))).await?;
        let left_on = known.ok_or(AppError::NotFound)?.left_on;
        let today = calendar::london_day(tx.now());
        if left_on.is_some_and(|left| left <= today) {
            return Err(AppError::Conflict("This clinician has left: change the last working day first"));
        }
        let link = row_id(practice, self.id);
        let row = LinkRow {
            id: link,
            secret_hash: self.secret_hash,
            purpose: ENROL.to_owned(),
            practice: Some(practice.clone()),
            subject: Some(clinician.0),
            created_at: tx.now(),
            expires_at: tx.now() + link_row::LIFE,
            used_at: None,
        };
        if link_row::write(tx, row).await? == Written::New {
            tx.audit(&practice.into(), &LinkMade { clinician, link }).await?;
            tx.changed(practice, What::People);
        }
        Ok(())
    }
}

/// The key of a practice's link. Ids are made by clients, and links of all practices lie in one table: the same id at two
/// practices must be two links, or the second would learn of the first.
fn row_id(practice: &OdsCode, id: Uuid) -> Uuid {
    let digest = digest::hex(&[practice.as_str().as_bytes(), id.as_bytes()]);
    let half = digest.get(..32).unwrap_or_default();
    u128::from_str_radix(half, 16).map_or(id, Uuid::from_u128)
}
