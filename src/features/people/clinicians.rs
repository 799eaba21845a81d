//! Clinicians of a practice: adding them, and when they leave.

use chrono::Duration;
use entity::ids::{ClinicianId, LocalDate};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::events::{ClinicianAdded, ClinicianLeft};
use crate::{
    domain::{
        access::{ManageClinicians, Permit, PracticeScope},
        calendar,
        staff::Named,
    },
    error::{AppError, FieldError},
    live::What,
    state::AppState,
    store::{
        enrolment,
        people::{self, ClinicianRow},
    },
    writer::{Tx, owned_scope},
};

/// Clinicians of a practice at a time: the largest have some 150 of all staff groups.
const MOST: usize = 500;

/// A clinician with an id made by the client.
#[derive(Debug, Clone)]
pub(super) struct New {
    pub(super) id: ClinicianId,
    pub(super) named: Named,
}

/// Adds clinicians, all or none. Says of each whether it was new.
pub(super) async fn add(
    app: &AppState,
    permit: &Permit<ManageClinicians>,
    new: Vec<New>,
) -> Result<Vec<bool>, AppError> {
    let scope = owned_scope(permit);
    let today = app.clock.today();
    app.writer
        .write(permit, move |tx| {
            Box::pin(async move {
                let present = people::clinicians(tx.read(&scope), today).await?;
                if present.len().saturating_add(new.len()) > MOST {
                    return Err(AppError::field(
                        "label",
                        "A practice has at most 500 clinicians at a time",
                    ));
                }
                let taken = taken(&present, &new);
                if !taken.is_empty() {
                    return Err(AppError::Invalid(taken));
                }
                let mut fresh = Vec::with_capacity(new.len());
                for one in new {
                    fresh.push(add_one(tx, &scope, one).await?);
                }
                tx.changed(scope.practice(), What::People);
                Ok(fresh)
            })
        })
        .await
}

/// Labels that somebody else at the practice has: two "Dr A" could not be told apart. `errors[n]` is named `n`.
fn taken(present: &[ClinicianRow], new: &[New]) -> Vec<FieldError> {
    new.iter()
        .filter(|one| {
            present
                .iter()
                .any(|other| other.id != one.id && other.label == one.named.label)
        })
        .map(|one| {
            let label = &one.named.label;
            FieldError::new(
                "label",
                format!("There is a {label} already: choose another label"),
            )
        })
        .collect()
}

async fn add_one(tx: &Tx, scope: &PracticeScope, new: New) -> Result<bool, AppError> {
    let row = ClinicianRow {
        practice: scope.practice().clone(),
        id: new.id,
        label: new.named.label,
        staff_group: new.named.group.code().to_owned(),
        added_at: tx.now(),
        left_on: None,
    };
    if people::add_clinician(tx.conn(), row.clone()).await? {
        let event = ClinicianAdded {
            clinician: row.id,
            staff_group: new.named.group.code(),
        };
        tx.audit(&scope.practice().into(), &event).await?;
        return Ok(true);
    }
    let stored = people::clinician(tx.read(&scope.of(row.id))).await?;
    let same = stored
        .is_some_and(|stored| stored.label == row.label && stored.staff_group == row.staff_group);
    if same {
        Ok(false)
    } else {
        Err(AppError::IdReused)
    }
}

/// Ids for the lines of a pasted list: the same list sent twice makes the same ids, a line that was changed makes a new
/// one. The first half is the form's own id, so that they stay in order of time.
pub(super) fn with_ids(form: Uuid, list: Vec<Named>) -> Vec<New> {
    list.into_iter()
        .map(|named| {
            let mut digest = Sha256::new();
            digest.update(form.as_bytes());
            digest.update(named.group.code().as_bytes());
            digest.update([0]);
            digest.update(named.label.as_bytes());
            let mut bytes = *form.as_bytes();
            for (byte, own) in bytes.iter_mut().skip(8).zip(digest.finalize()) {
                *byte = own;
            }
            bytes[8] = (bytes[8] & 0x3f) | 0x80;
            New {
                id: ClinicianId(Uuid::from_bytes(bytes)),
                named,
            }
        })
        .collect()
}

/// Notes a clinician's last working day, or that they stay. From the day after, their devices open nothing.
pub(super) async fn leave(
    app: &AppState,
    permit: &Permit<ManageClinicians>,
    clinician: ClinicianId,
    last_day: Option<LocalDate>,
) -> Result<(), AppError> {
    let scope = owned_scope(permit).of(clinician);
    let left_on = last_day.map(|day| day.plus_days(1));
    app.writer
        .write(permit, move |tx| {
            Box::pin(async move {
                let stored = people::clinician(tx.read(&scope)).await?;
                let Some(stored) = stored else {
                    return Err(AppError::NotFound);
                };
                if stored.left_on == left_on {
                    return Ok(());
                }
                enrolment::set_left(tx.read(&scope), left_on).await?;
                if let Some(day) = left_on {
                    // A device that ended before now ended then.
                    let until = calendar::day_begins(day).max(tx.now() - Duration::seconds(1));
                    enrolment::cap_devices(tx.read(&scope), until).await?;
                }
                let event = ClinicianLeft { clinician, left_on };
                tx.audit(&scope.practice().into(), &event).await?;
                tx.changed(scope.practice(), What::People);
                Ok(())
            })
        })
        .await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::staff;

    #[test]
    fn the_same_list_makes_the_same_ids_and_a_changed_line_another() {
        let form = Uuid::now_v7();
        let ids = |text: &str| -> Vec<Uuid> {
            with_ids(form, staff::list(text).unwrap())
                .iter()
                .map(|new| new.id.0)
                .collect()
        };
        let first = ids("Dr A, GP partner\nDr B, locum");
        assert_eq!(first, ids("Dr A, gp-partner\n\nDr B, Locum"));
        let changed = ids("Dr A, GP partner\nDr B, nurse");
        assert_eq!(first[0], changed[0]);
        assert_ne!(first[1], changed[1]);
        assert_eq!(first[0].get_version_num(), 7);
        assert_eq!(first[0].get_variant(), uuid::Variant::RFC4122);
        assert_ne!(first, {
            let other = with_ids(Uuid::now_v7(), staff::list("Dr A, GP partner").unwrap());
            vec![other[0].id.0]
        });
    }
}
