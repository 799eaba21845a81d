//! A practice adds clinicians, all or none.

use entity::ids::{ClinicianId, LocalDate};
use serde::Serialize;

use super::Written;
use crate::{
    audit::Event,
    domain::{
        access::{By, PracticeScope},
        staff::Named,
    },
    error::{AppError, FieldError},
    live::What,
    state::AppState,
    store::people::{self, ClinicianRow},
    writer::Tx,
};

/// Clinicians of a practice at a time: the largest have some 150 of all staff groups.
const MOST: usize = 500;

/// A clinician was added.
#[derive(Debug, Serialize)]
struct ClinicianAdded {
    clinician: ClinicianId,
    staff_group: &'static str,
}

impl Event for ClinicianAdded {
    const NAME: &'static str = "clinician.added";
}

/// One of them.
#[derive(Debug, Clone)]
pub struct NewClinician {
    /// Made by the client.
    pub id: ClinicianId,
    /// Label and staff group.
    pub named: Named,
}

/// Whom to add.
#[derive(Debug, Clone)]
pub struct AddClinicians(pub Vec<NewClinician>);

impl AddClinicians {
    /// Adds them. Says of each whether it was new.
    ///
    /// # Errors
    /// The field `label` for each label that somebody else has, or where there would be too many;
    /// [`AppError::IdReused`]; [`AppError::Unavailable`].
    pub async fn perform(self, app: &AppState, by: &By<PracticeScope>) -> Result<Vec<Written>, AppError> {
        let (own, today) = (by.clone(), app.clock.today());
        app.writer.write(by, move |tx| Box::pin(async move { self.run(tx, own.scope(), today).await })).await
    }

    async fn run(self, tx: &Tx, scope: &PracticeScope, today: LocalDate) -> Result<Vec<Written>, AppError> {
        let present = people::clinicians(tx.read(scope), today).await?;
        if present.len().saturating_add(self.0.len()) > MOST {
            return Err(AppError::field("label", "A practice has at most 500 clinicians at a time"));
        }
        let taken = taken(&present, &self.0);
        if !taken.is_empty() {
            return Err(AppError::Invalid(taken));
        }
        let mut written = Vec::with_capacity(self.0.len());
        for one in self.0 {
            written.push(add(tx, scope, one).await?);
        }
        tx.changed(scope.practice(), What::People);
        Ok(written)
    }
}

/// Labels that somebody else at the practice has: two "Dr A" could not be told apart.
fn taken(present: &[ClinicianRow], new: &[NewClinician]) -> Vec<FieldError> {
    new.iter()
        .filter(|one| present.iter().any(|other| other.id != one.id && other.label == one.named.label))
        .map(|one| {
            let label = &one.named.label;
            FieldError::new("label", format!("There is a {label} already: choose another label"))
        })
        .collect()
}

async fn add(tx: &Tx, scope: &PracticeScope, new: NewClinician) -> Result<Written, AppError> {
    let row = ClinicianRow {
        practice: scope.practice().clone(),
        id: new.id,
        label: new.named.label,
        staff_group: new.named.group.code().to_owned(),
        added_at: tx.now(),
        left_on: None,
        erased_at: None,
    };
    if people::add_clinician(tx.conn(), row.clone()).await? {
        let event = ClinicianAdded { clinician: row.id, staff_group: new.named.group.code() };
        tx.audit(&scope.practice().into(), &event).await?;
        return Ok(Written::New);
    }
    let stored = people::clinician(tx.read(&scope.of(row.id))).await?;
    let same = stored.is_some_and(|stored| stored.label == row.label && stored.staff_group == row.staff_group);
    if same { Ok(Written::Repeat) } else { Err(AppError::IdReused) }
}
