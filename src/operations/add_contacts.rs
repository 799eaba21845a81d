//! Several contacts at once, or some of an earlier time: a care-home round, a group, an afternoon without a phone.

use chrono::{DateTime, Duration, NaiveTime, Utc};
use entity::ids::{ContactId, LocalDate};
use uuid::Uuid;

use super::only;
use crate::{
    domain::{
        access::{Authority, By, ClinicianScope},
        calendar,
        contact::{self, ContactKind, CountOp, Entered, NewContact, StepOutcome},
    },
    error::AppError,
    state::AppState,
    store::days,
};

/// Several contacts of one kind on one day. Their ids follow from the one id.
#[derive(Debug, Clone, Copy)]
pub struct AddContacts {
    /// Made by the client.
    pub id: Uuid,
    /// How many.
    pub n: u32,
    /// How they took place.
    pub kind: ContactKind,
    /// A long-term condition, mental health or the like.
    pub complex: bool,
    /// The day.
    pub on: LocalDate,
    /// London time, where somebody said so. Without it those of today are dated now, those of an earlier day at noon.
    pub time: Option<NaiveTime>,
}

impl AddContacts {
    /// Hands them to the writer, all or none.
    ///
    /// # Errors
    /// The field `n` with how many still have room; [`AppError::IdReused`].
    pub async fn perform(self, app: &AppState, by: &By<ClinicianScope>) -> Result<(), AppError> {
        self.has_room(app, by).await?;
        let told = self.time.map(|time| calendar::at_time(self.on, time));
        let ops = (0..self.n).map(|n| {
            let id = contact::derived_id(self.id, &n.to_string());
            let plain = caught_up(by, id, self.on, app.clock.now());
            CountOp::Contact(NewContact {
                occurred_at: told.unwrap_or(plain.occurred_at),
                time_given: told.is_some(),
                kind: self.kind,
                complex: self.complex,
                entered: if self.n > 1 { Entered::Several } else { Entered::Backfill },
                ..plain
            })
        });
        all_stand(&app.writer.count(by, ops.collect()).await?)
    }

    /// Says how many still have room, before any of several is recorded. The writer decides all the same.
    async fn has_room(self, app: &AppState, by: &By<ClinicianScope>) -> Result<(), AppError> {
        let read = app.db.read(by.scope());
        let first = ContactId(contact::derived_id(self.id, "0"));
        let is_repeat = days::contact(read, first).await?.is_some();
        let counted = days::own(read, self.on).await?.taps.unwrap_or(0);
        let room = contact::MOST_A_DAY.saturating_sub(counted);
        if is_repeat || self.n <= room {
            return Ok(());
        }
        let most = contact::MOST_A_DAY;
        let says = format!("A clinician’s day takes {most} contacts: there is room for {room} more");
        Err(AppError::field("n", says))
    }
}

/// A contact that somebody forgot to tap: of today it is dated now, of an earlier day at noon.
pub(super) fn caught_up(by: &By<ClinicianScope>, id: Uuid, day: LocalDate, now: DateTime<Utc>) -> NewContact {
    let noon = calendar::day_begins(day) + Duration::hours(12);
    NewContact {
        practice: by.scope().practice().clone(),
        id: ContactId(id),
        clinician: by.scope().clinician(),
        day,
        occurred_at: if calendar::london_day(now) == day { now } else { noon },
        time_given: false,
        kind: ContactKind::InPerson,
        complex: false,
        entered: Entered::SetTo,
        clock_off: false,
        recorded_by: by.id(),
    }
}

/// Nothing, or what is wrong with the first that was not taken.
pub(super) fn all_stand(outcomes: &[StepOutcome]) -> Result<(), AppError> {
    let wrong = outcomes.iter().find(|outcome| matches!(outcome, StepOutcome::IdReused | StepOutcome::Refused(_)));
    wrong.map_or(Ok(()), |wrong| only(&[*wrong]).map(drop))
}
