//! Days as they count: tallies, day sheets, sessions, limits and reasons, for one clinician or a whole practice.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use entity::{
    day_sheet, day_worked,
    ids::{ClinicianId, LocalDate, OdsCode, RowId, SheetId},
    over_limit_reason, tally,
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect,
    sea_query::{Asterisk, Expr, ExprTrait},
};
use uuid::Uuid;

pub use self::counted::{
    ClinicianDay, ClinicianOnDay, DayOfPractice, PracticeDays, clinician_day, practice_day, practice_days,
};
pub use self::seen::{Ends, Last, SeenContact, WorkDone, contact, counting, everything, last_contacts, work};
pub(in crate::store) use self::seen::{counting_on, ends};
/// The count behind the counts.
pub use super::recount::{Mismatch, recount};
use super::{
    appointments,
    contacts::erased,
    facts::{self, Which},
    limits, write,
};
/// A stored contact, as features handle it.
pub use entity::contact::Model as ContactRow;

mod counted;
mod seen;

use crate::{
    db::Scoped,
    domain::{
        access::{ClinicianScope, EverywhereScope, PracticeScope},
        contact::{MOST_A_DAY, Source},
        limit::{DayFacts, Rules, Worked},
    },
};

/// What is known of the days of some clinicians of one practice.
pub type FactsByDay = BTreeMap<(ClinicianId, LocalDate), DayFacts>;

/// One clinician's day.
pub async fn own<C: ConnectionTrait>(at: Scoped<'_, C, ClinicianScope>, day: LocalDate) -> Result<DayFacts, DbErr> {
    let which = Which::Clinician(at.scope.practice(), at.scope.clinician(), day, day);
    let known = facts::facts(at.conn, which).await?;
    Ok(known.into_values().next().unwrap_or_default())
}

/// What a practice has set.
pub async fn rules<C: ConnectionTrait>(at: Scoped<'_, C, PracticeScope>) -> Result<Rules, DbErr> {
    limits::rules(at.conn, at.scope.practice()).await
}

/// The days of every clinician of one practice, for a job or a command.
pub async fn of_practice<C: ConnectionTrait>(
    at: Scoped<'_, C, EverywhereScope>,
    practice: &OdsCode,
    first: LocalDate,
    last: LocalDate,
) -> Result<FactsByDay, DbErr> {
    of_one(at.conn, practice, first, last).await
}

/// The days of every clinician of some practices, for a job.
pub async fn of_practices<C: ConnectionTrait>(
    at: Scoped<'_, C, EverywhereScope>,
    practices: &[OdsCode],
    first: LocalDate,
    last: LocalDate,
) -> Result<HashMap<(OdsCode, ClinicianId, LocalDate), DayFacts>, DbErr> {
    facts::facts(at.conn, Which::Practices(practices, first, last)).await
}

/// The rules of some practices, for a job.
pub async fn rules_of<C: ConnectionTrait>(
    at: Scoped<'_, C, EverywhereScope>,
    practices: &[OdsCode],
) -> Result<HashMap<OdsCode, Rules>, DbErr> {
    limits::rules_of(at.conn, Some(practices)).await
}

/// Practices with any count between two days, for a job.
pub async fn practices_counting<C: ConnectionTrait>(
    at: Scoped<'_, C, EverywhereScope>,
    first: LocalDate,
    last: LocalDate,
) -> Result<BTreeSet<OdsCode>, DbErr> {
    let tapped = tally::Entity::find()
        .select_only()
        .column(tally::Column::Practice)
        .distinct()
        .filter(tally::Column::Day.between(first, last))
        .filter(tally::Column::Source.eq(Source::Taps.code()))
        .into_tuple::<OdsCode>()
        .all(at.conn)
        .await?;
    let entered = day_sheet::Entity::find()
        .select_only()
        .column(day_sheet::Column::Practice)
        .distinct()
        .filter(day_sheet::Column::Day.between(first, last))
        .into_tuple::<OdsCode>()
        .all(at.conn)
        .await?;
    let imported = appointments::practices_importing(at.conn, first, last).await?;
    Ok(tapped.into_iter().chain(entered).chain(imported).collect())
}

async fn of_one(
    conn: &impl ConnectionTrait,
    practice: &OdsCode,
    first: LocalDate,
    last: LocalDate,
) -> Result<FactsByDay, DbErr> {
    let which = Which::Practices(std::slice::from_ref(practice), first, last);
    let found = facts::facts(conn, which).await?;
    let days = found.into_iter().map(|((_, clinician, day), known)| ((clinician, day), known));
    Ok(days.collect())
}

/// A number from the appointment book.
#[derive(Debug, Clone)]
pub struct NewSheet {
    /// Made by the client.
    pub id: SheetId,
    /// The day.
    pub day: LocalDate,
    /// Contacts.
    pub n: u32,
    /// `manager` or `clinician`.
    pub entered_by: &'static str,
    /// Person or device.
    pub recorded_by: Uuid,
}

/// Whether a clinician's day has as many rows of a kind as it takes. Each is a correction of the one before.
pub(super) async fn is_full<C: ConnectionTrait, E: EntityTrait>(
    at: Scoped<'_, C, ClinicianScope>,
    [practice, clinician, day]: [E::Column; 3],
    on: LocalDate,
) -> Result<bool, DbErr> {
    let rows = E::find()
        .select_only()
        .expr_as(Expr::col(Asterisk).count(), "n")
        .filter(practice.eq(at.scope.practice().clone()))
        .filter(clinician.eq(at.scope.clinician()))
        .filter(day.eq(on));
    let rows: Option<i64> = rows.into_tuple().one(at.conn).await?;
    Ok(rows.is_some_and(|rows| rows >= i64::from(MOST_A_DAY)))
}

/// Writes a day sheet entry.
pub async fn add_sheet<C: ConnectionTrait>(
    at: Scoped<'_, C, ClinicianScope>,
    sheet: &NewSheet,
    now: DateTime<Utc>,
) -> Result<write::Outcome, DbErr> {
    use day_sheet::Column;
    let n = i32::try_from(sheet.n).unwrap_or(i32::MAX);
    let key = [Column::Practice, Column::Clinician, Column::Day];
    if erased::is_before(at, sheet.id.0, sheet.day).await? {
        return Ok(write::Outcome::Erased);
    }
    if is_full::<_, day_sheet::Entity>(at, key, sheet.day).await? {
        let id = (at.scope.practice().clone(), sheet.id);
        let known = day_sheet::Entity::find_by_id(id).one(at.conn).await?;
        if known.is_none() {
            return Ok(write::Outcome::Full);
        }
    }
    let added = day_sheet::Entity::insert(day_sheet::ActiveModel {
        practice: Set(at.scope.practice().clone()),
        id: Set(sheet.id),
        clinician: Set(at.scope.clinician()),
        day: Set(sheet.day),
        n: Set(n),
        entered_by: Set(sheet.entered_by.to_owned()),
        recorded_at: Set(now),
        recorded_by: Set(sheet.recorded_by),
    })
    .on_conflict_do_nothing_on([Column::Practice, Column::Id])
    .exec_without_returning(at.conn)
    .await?;
    if matches!(added, sea_orm::TryInsertResult::Inserted(1..)) {
        return Ok(write::Outcome::New);
    }
    let stored = day_sheet::Entity::find_by_id((at.scope.practice().clone(), sheet.id)).one(at.conn).await?;
    let same = stored.is_some_and(|row| row.clinician == at.scope.clinician() && row.day == sheet.day && row.n == n);
    Ok(write::Outcome::again(same))
}

/// Writes what a clinician works on a day.
pub async fn add_worked<C: ConnectionTrait>(
    at: Scoped<'_, C, ClinicianScope>,
    id: RowId,
    day: LocalDate,
    worked: Worked,
    recorded_by: Uuid,
    now: DateTime<Utc>,
) -> Result<write::Outcome, DbErr> {
    use day_worked::Column;
    let half_sessions = i32::try_from(worked.half_sessions).unwrap_or(i32::MAX);
    let key = [Column::Practice, Column::Clinician, Column::Day];
    if erased::is_before(at, id.0, day).await? {
        return Ok(write::Outcome::Erased);
    }
    if is_full::<_, day_worked::Entity>(at, key, day).await? {
        let id = (at.scope.practice().clone(), id);
        let known = day_worked::Entity::find_by_id(id).one(at.conn).await?;
        if known.is_none() {
            return Ok(write::Outcome::Full);
        }
    }
    let added = day_worked::Entity::insert(day_worked::ActiveModel {
        practice: Set(at.scope.practice().clone()),
        id: Set(id),
        clinician: Set(at.scope.clinician()),
        day: Set(day),
        half_sessions: Set(half_sessions),
        duty: Set(worked.duty),
        recorded_at: Set(now),
        recorded_by: Set(recorded_by),
    })
    .on_conflict_do_nothing_on([Column::Practice, Column::Id])
    .exec_without_returning(at.conn)
    .await?;
    if matches!(added, sea_orm::TryInsertResult::Inserted(1..)) {
        return Ok(write::Outcome::New);
    }
    let stored = day_worked::Entity::find_by_id((at.scope.practice().clone(), id)).one(at.conn).await?;
    Ok(write::Outcome::again(stored.is_some_and(|row| {
        row.clinician == at.scope.clinician()
            && row.day == day
            && row.half_sessions == half_sessions
            && row.duty == worked.duty
    })))
}

/// Writes why a clinician went on past the limit.
pub async fn add_reason<C: ConnectionTrait>(
    at: Scoped<'_, C, ClinicianScope>,
    id: RowId,
    day: LocalDate,
    reason: &str,
    recorded_by: Uuid,
    now: DateTime<Utc>,
) -> Result<write::Outcome, DbErr> {
    use over_limit_reason::Column;
    let key = [Column::Practice, Column::Clinician, Column::Day];
    if erased::is_before(at, id.0, day).await? {
        return Ok(write::Outcome::Erased);
    }
    if is_full::<_, over_limit_reason::Entity>(at, key, day).await? {
        let id = (at.scope.practice().clone(), id);
        let known = over_limit_reason::Entity::find_by_id(id).one(at.conn).await?;
        if known.is_none() {
            return Ok(write::Outcome::Full);
        }
    }
    let added = over_limit_reason::Entity::insert(over_limit_reason::ActiveModel {
        practice: Set(at.scope.practice().clone()),
        id: Set(id),
        clinician: Set(at.scope.clinician()),
        day: Set(day),
        reason: Set(reason.to_owned()),
        recorded_at: Set(now),
        recorded_by: Set(recorded_by),
    })
    .on_conflict_do_nothing_on([Column::Practice, Column::Id])
    .exec_without_returning(at.conn)
    .await?;
    if matches!(added, sea_orm::TryInsertResult::Inserted(1..)) {
        return Ok(write::Outcome::New);
    }
    let stored = over_limit_reason::Entity::find_by_id((at.scope.practice().clone(), id)).one(at.conn).await?;
    Ok(write::Outcome::again(
        stored.is_some_and(|row| row.clinician == at.scope.clinician() && row.day == day && row.reason == reason),
    ))
}
