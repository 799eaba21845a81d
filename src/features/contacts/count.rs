//! What the handlers of contacts have done by the writer: count, void, change, set.

use chrono::{DateTime, Duration, NaiveTime, Utc};
use entity::ids::{ContactId, LocalDate, RowId, VoidId};
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
    store::days::{self, ContactRow, Written},
    web::written,
};

/// Accepts one contact and hands it to the writer. Says the day it was accepted for, too; a repeat may have been
/// recorded for another one before.
pub(super) async fn count_one(
    app: &AppState,
    permit: &Permit<RecordContacts>,
    sent: &Tap,
) -> Result<(Written, LocalDate), AppError> {
    let scope = permit.scope();
    let contact = contact::accept(
        scope.practice(),
        scope.clinician(),
        sent,
        permit.actor().into(),
        app.clock.now_beside(sent.told()),
    )
    .map_err(|refused| {
        let (field, message) = refused.explain();
        AppError::field(field, message)
    })?;
    let day = contact.day;
    let outcomes = app
        .writer
        .count(permit, vec![CountOp::Contact(contact)])
        .await?;
    Ok((written::alone(&outcomes)?, day))
}

/// What stands for this contact now: one that was changed became another, which may have been changed again. A phone
/// without a connection knows only the first of them.
pub(super) async fn stands_for(
    app: &AppState,
    scope: &ClinicianScope,
    contact: ContactId,
) -> Result<ContactId, AppError> {
    Ok(chain(app, scope, (contact, 0)).await?.0)
}

/// What stands for a contact, and how often it was changed: from where it was followed to before.
pub(super) async fn chain(
    app: &AppState,
    scope: &ClinicianScope,
    (mut id, mut changes): (ContactId, u32),
) -> Result<(ContactId, u32), AppError> {
    let read = app.db.read(scope);
    while changes < LONGEST_CHAIN {
        let next = ContactId(contact::derived_id(id.0, "replaced"));
        if days::counting(read, id).await?.is_some() || days::contact(read, next).await?.is_none() {
            break;
        }
        id = next;
        changes = changes.saturating_add(1);
    }
    Ok((id, changes))
}

/// Nobody changes one contact more often: each is looked for through all that it was.
pub(super) const MOST_CHANGES: u32 = 50;
/// Each change is a row of the day, and a day takes no more.
const LONGEST_CHAIN: u32 = contact::MOST_ROWS + contact::MOST_A_DAY;

/// Voids one contact of the clinician, or what it was changed into.
pub(super) async fn void_one(
    app: &AppState,
    permit: &Permit<RecordContacts>,
    contact: ContactId,
    id: VoidId,
    reason: Option<VoidReason>,
) -> Result<(), AppError> {
    let contact = stands_for(app, permit.scope(), contact).await?;
    let void = vec![void_of(permit, contact, id, reason)];
    let outcomes = app.writer.count(permit, void).await?;
    // A contact of somebody else is not voided; that was always answered like one that is gone.
    match written::alone(&outcomes) {
        Err(AppError::IdReused) => Ok(()),
        answer => answer.map(|_| ()),
    }
}

pub(super) fn void_of(
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
        id: ContactId(contact::derived_id(old.id.0, contact::REPLACED)),
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
    written::alone(&outcomes).map(|_| ())
}

/// Several contacts at once.
#[derive(Debug, Clone, Copy)]
pub(super) struct Several {
    pub(super) id: Uuid,
    pub(super) n: u32,
    pub(super) kind: Kind,
    pub(super) complex: bool,
    pub(super) on: LocalDate,
    /// London time, where somebody said so.
    pub(super) time: Option<NaiveTime>,
}

/// Writes several contacts, whose ids follow from the one id of the request. Of today and without a time they are dated
/// now; of an earlier day at noon.
pub(super) async fn count_several(
    app: &AppState,
    permit: &Permit<RecordContacts>,
    several: Several,
) -> Result<(), AppError> {
    let (scope, now) = (permit.scope(), app.clock.now());
    let told = several.time.map(|time| calendar::at_time(several.on, time));
    let ops = (0..several.n).map(|n| {
        let id = contact::derived_id(several.id, &n.to_string());
        let plain = caught_up(scope, id, several.on, permit.actor().id(), now);
        CountOp::Contact(NewContact {
            occurred_at: told.unwrap_or(plain.occurred_at),
            time_given: told.is_some(),
            kind: several.kind,
            complex: several.complex,
            entered: if several.n > 1 {
                Entered::Several
            } else {
                Entered::Backfill
            },
            ..plain
        })
    });
    has_room(app, permit, several).await?;
    let outcomes = app.writer.count(permit, ops.collect()).await?;
    all_stand(&outcomes)
}

/// Says how many still have room, before any of several is recorded. The writer decides all the same.
async fn has_room(
    app: &AppState,
    permit: &Permit<RecordContacts>,
    several: Several,
) -> Result<(), AppError> {
    let read = app.db.read(permit.scope());
    let first = ContactId(contact::derived_id(several.id, "0"));
    let is_repeat = days::contact(read, first).await?.is_some();
    let counted = days::own(read, several.on).await?.taps.unwrap_or(0);
    let room = contact::MOST_A_DAY.saturating_sub(counted);
    if is_repeat || several.n <= room {
        return Ok(());
    }
    Err(AppError::field(
        "n",
        format!(
            "A clinician’s day takes {} contacts: there is room for {room} more",
            contact::MOST_A_DAY
        ),
    ))
}

/// Nothing, or what is wrong with the first that was not taken.
fn all_stand(outcomes: &[Outcome]) -> Result<(), AppError> {
    let wrong = outcomes
        .iter()
        .find(|outcome| matches!(outcome, Outcome::IdReused | Outcome::Refused(_)));
    match wrong {
        None => Ok(()),
        Some(wrong) => written::alone(&[*wrong]).map(|_| ()),
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
                let outcomes = tx.count(&ops).await?;
                all_stand(&outcomes)?;
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

/// Numbers were entered from the appointment book.
#[derive(Debug, serde::Serialize)]
pub(super) struct DaySheetEntered {
    pub(super) day: LocalDate,
    pub(super) clinicians: usize,
}

impl Event for DaySheetEntered {
    const NAME: &'static str = "day-sheet.entered";
}
