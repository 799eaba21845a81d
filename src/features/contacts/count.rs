//! What the handlers of contacts have done by the writer: count, void, change, set.

use chrono::{DateTime, Duration, Utc};
use entity::ids::{ClinicianId, ContactId, LocalDate, RowId, VoidId};
use uuid::Uuid;

use crate::{
    audit::Event,
    domain::{
        access::{ClinicianScope, Permit, RecordContacts},
        calendar,
        contact::{self, CountOp, Entered, Kind, NewContact, NewVoid, Outcome, Tap, VoidReason},
        limit::Worked,
    },
    error::AppError,
    live::What,
    state::AppState,
    store::{
        self,
        days::{self, ContactRow},
    },
};

/// Accepts one contact and hands it to the writer.
pub(super) async fn count_one(
    app: &AppState,
    permit: &Permit<RecordContacts>,
    sent: &Tap,
) -> Result<Outcome, AppError> {
    let scope = permit.scope();
    let contact = contact::accept(
        scope.practice(),
        scope.clinician(),
        sent,
        permit.actor().id(),
        app.clock.now(),
    )
    .map_err(|refused| {
        let (field, message) = refused.explain();
        AppError::field(field, message)
    })?;
    let outcomes = app
        .writer
        .count(permit, vec![CountOp::Contact(contact)])
        .await?;
    outcomes
        .first()
        .copied()
        .ok_or_else(|| AppError::Fault("the writer answered nothing".to_owned()))
}

/// Voids one contact of the clinician.
pub(super) async fn void_one(
    app: &AppState,
    permit: &Permit<RecordContacts>,
    contact: ContactId,
    id: VoidId,
    reason: Option<VoidReason>,
) -> Result<(), AppError> {
    app.writer
        .count(permit, vec![void_of(permit, contact, id, reason)])
        .await?;
    Ok(())
}

fn void_of(
    permit: &Permit<RecordContacts>,
    contact: ContactId,
    id: VoidId,
    reason: Option<VoidReason>,
) -> CountOp {
    CountOp::Void(NewVoid {
        practice: permit.scope().practice().clone(),
        id,
        contact,
        clinician: permit.scope().clinician(),
        reason,
        recorded_by: permit.actor().id(),
    })
}

/// What a contact becomes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Becomes {
    pub(super) kind: Kind,
    pub(super) complex: bool,
    pub(super) day: LocalDate,
}

/// Replaces a contact by one of another kind or day: a void and a new one, in one group. Both ids follow from what is
/// replaced: a form sent twice changes nothing twice, and two forms that say different things cannot both come true.
pub(super) async fn change(
    app: &AppState,
    permit: &Permit<RecordContacts>,
    old: &ContactRow,
    becomes: Becomes,
) -> Result<(), AppError> {
    let scope = permit.scope();
    let Becomes { kind, complex, day } = becomes;
    let occurred_at = if day == old.day {
        old.occurred_at
    } else {
        calendar::same_time_on(old.occurred_at, day)
    };
    let new = NewContact {
        practice: scope.practice().clone(),
        id: ContactId(contact::derived_id(old.id.0, "replaced")),
        clinician: scope.clinician(),
        day,
        occurred_at,
        time_given: true,
        kind,
        complex,
        entered: Entered::Changed,
        clock_off: old.clock_off,
        recorded_by: permit.actor().id(),
    };
    let void = VoidId(contact::derived_id(old.id.0, "void"));
    let void = void_of(permit, old.id, void, Some(VoidReason::Replaced));
    let outcomes = app
        .writer
        .count(permit, vec![CountOp::Contact(new), void])
        .await?;
    match outcomes.first() {
        Some(Outcome::IdReused) => Err(AppError::IdReused),
        _ => Ok(()),
    }
}

/// Brings a day's taps to `n`. The read and the writes are one transaction; the ids of what is added follow from `id`,
/// so that the same request again finds the day as it is.
pub(super) async fn set_count(
    app: &AppState,
    permit: &Permit<RecordContacts>,
    id: Uuid,
    day: LocalDate,
    n: u32,
    worked: Option<Worked>,
) -> Result<(), AppError> {
    let scope = permit.scope().clone();
    let by = permit.actor().id();
    app.writer
        .write(permit, move |tx| {
            Box::pin(async move {
                let read = tx.read(&scope);
                let facts = days::own(read, day).await?;
                let counted = facts.taps.unwrap_or(0);
                let mut ops = Vec::new();
                for extra in counted..n {
                    let new = caught_up(
                        &scope,
                        contact::derived_id(id, &extra.to_string()),
                        day,
                        by,
                        tx.now(),
                    );
                    ops.push(CountOp::Contact(new));
                }
                let too_many = u64::from(counted.saturating_sub(n));
                for last in days::last_contacts(read, day, too_many).await? {
                    ops.push(CountOp::Void(NewVoid {
                        practice: scope.practice().clone(),
                        id: VoidId(contact::derived_id(id, &last.id.to_string())),
                        contact: last.id,
                        clinician: scope.clinician(),
                        reason: Some(VoidReason::Mistake),
                        recorded_by: by,
                    }));
                }
                let ops: Vec<&CountOp> = ops.iter().collect();
                store::contacts::append(tx.conn(), &ops, tx.now()).await?;
                if let Some(worked) = worked {
                    let row = RowId(contact::derived_id(id, "worked"));
                    let said = days::add_worked(read, row, day, worked, by, tx.now()).await?;
                    said.stands()?;
                }
                tx.changed(scope.practice(), What::Contacts);
                Ok(())
            })
        })
        .await
}

/// A contact that somebody forgot to tap: of today it is dated now, of an earlier day at noon.
fn caught_up(
    scope: &ClinicianScope,
    id: Uuid,
    day: LocalDate,
    by: Uuid,
    now: DateTime<Utc>,
) -> NewContact {
    let noon = calendar::day_begins(day) + Duration::hours(12);
    NewContact {
        practice: scope.practice().clone(),
        id: ContactId(id),
        clinician: scope.clinician(),
        day,
        occurred_at: if calendar::london_day(now) == day {
            now
        } else {
            noon
        },
        time_given: false,
        kind: Kind::InPerson,
        complex: false,
        entered: Entered::SetTo,
        clock_off: false,
        recorded_by: by,
    }
}

/// A limit was set. Holds figures and ids, no names.
#[derive(Debug, serde::Serialize)]
pub(super) struct LimitSet {
    pub(super) clinician: Option<ClinicianId>,
    pub(super) effective_on: LocalDate,
    pub(super) full_day: u32,
    pub(super) one_session: u32,
}

impl Event for LimitSet {
    const NAME: &'static str = "limit.set";
}

/// Numbers were entered from the appointment book.
#[derive(Debug, serde::Serialize)]
pub(super) struct DaySheetEntered {
    pub(super) day: LocalDate,
    pub(super) clinicians: usize,
}

impl Event for DaySheetEntered {
    const NAME: &'static str = "day-sheet.entered";
}
