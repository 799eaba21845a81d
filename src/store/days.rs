//! Days as they count: tallies, day sheets, sessions, limits and reasons, for one clinician or a whole practice.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use entity::{
    contact, contact_void, day_sheet, day_worked,
    ids::{ClinicianId, ContactId, LocalDate, OdsCode, RowId, SheetId},
    over_limit_reason, tally,
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, QueryFilter, QueryOrder,
    QuerySelect,
    sea_query::{Expr, ExprTrait, Query, SelectStatement},
};
use uuid::Uuid;

pub use super::limits::rules;
/// The count behind the counts.
pub use super::recount::{Mismatch, recount};
/// A stored contact, as features handle it.
pub use entity::contact::Model as ContactRow;

use crate::{
    db::Scoped,
    domain::{
        access::{ClinicianScope, EverywhereScope, PracticeScope},
        contact::Source,
        limit::{DayFacts, Worked},
    },
    error::AppError,
};

/// What is known of the days of some clinicians of one practice.
pub type Facts = BTreeMap<(ClinicianId, LocalDate), DayFacts>;

/// One clinician's day.
pub async fn own<C: ConnectionTrait>(
    at: Scoped<'_, C, ClinicianScope>,
    day: LocalDate,
) -> Result<DayFacts, DbErr> {
    let only = Some(at.scope.clinician());
    let mut facts = facts(at.conn, at.scope.practice(), only, day, day).await?;
    Ok(facts
        .remove(&(at.scope.clinician(), day))
        .unwrap_or_default())
}

/// The days of every clinician of a practice, from the first to the last day.
pub async fn practice<C: ConnectionTrait>(
    at: Scoped<'_, C, PracticeScope>,
    first: LocalDate,
    last: LocalDate,
) -> Result<Facts, DbErr> {
    facts(at.conn, at.scope.practice(), None, first, last).await
}

/// The days of every clinician of one practice, for a job or a command.
pub async fn of_practice<C: ConnectionTrait>(
    at: Scoped<'_, C, EverywhereScope>,
    practice: &OdsCode,
    first: LocalDate,
    last: LocalDate,
) -> Result<Facts, DbErr> {
    facts(at.conn, practice, None, first, last).await
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
    Ok(tapped.into_iter().chain(entered).collect())
}

#[derive(FromQueryResult)]
struct TallyRow {
    clinician: ClinicianId,
    day: LocalDate,
    kind: String,
    n: i64,
}

async fn facts(
    conn: &impl ConnectionTrait,
    practice: &OdsCode,
    only: Option<ClinicianId>,
    first: LocalDate,
    last: LocalDate,
) -> Result<Facts, DbErr> {
    let mut facts = Facts::new();
    let mut tallies = tally::Entity::find()
        .filter(tally::Column::Practice.eq(practice.clone()))
        .filter(tally::Column::Day.between(first, last))
        .filter(tally::Column::Source.eq(Source::Taps.code()));
    if let Some(clinician) = only {
        tallies = tallies.filter(tally::Column::Clinician.eq(clinician));
    }
    for row in tallies.into_model::<TallyRow>().all(conn).await? {
        let known = facts.entry((row.clinician, row.day)).or_default();
        let n = u32::try_from(row.n).unwrap_or(0);
        known.taps = Some(known.taps.unwrap_or(0).saturating_add(n));
        if row.kind.ends_with("-complex") {
            known.complex = known.complex.saturating_add(n);
        }
    }
    // The newest row holds: rows come oldest first and overwrite.
    let mut sheets = day_sheet::Entity::find()
        .filter(day_sheet::Column::Practice.eq(practice.clone()))
        .filter(day_sheet::Column::Day.between(first, last))
        .order_by_asc(day_sheet::Column::RecordedAt)
        .order_by_asc(day_sheet::Column::Id);
    if let Some(clinician) = only {
        sheets = sheets.filter(day_sheet::Column::Clinician.eq(clinician));
    }
    for row in sheets.all(conn).await? {
        facts.entry((row.clinician, row.day)).or_default().sheet = u32::try_from(row.n).ok();
    }
    let mut worked = day_worked::Entity::find()
        .filter(day_worked::Column::Practice.eq(practice.clone()))
        .filter(day_worked::Column::Day.between(first, last))
        .order_by_asc(day_worked::Column::RecordedAt)
        .order_by_asc(day_worked::Column::Id);
    if let Some(clinician) = only {
        worked = worked.filter(day_worked::Column::Clinician.eq(clinician));
    }
    for row in worked.all(conn).await? {
        let known = facts.entry((row.clinician, row.day)).or_default();
        known.worked = u32::try_from(row.half_sessions)
            .ok()
            .map(|half_sessions| Worked {
                half_sessions,
                duty: row.duty,
            });
    }
    Ok(facts)
}

/// The newest reason a clinician gave on a day.
pub async fn reason<C: ConnectionTrait>(
    at: Scoped<'_, C, ClinicianScope>,
    day: LocalDate,
) -> Result<Option<String>, DbErr> {
    over_limit_reason::Entity::find()
        .filter(over_limit_reason::Column::Practice.eq(at.scope.practice().clone()))
        .filter(over_limit_reason::Column::Day.eq(day))
        .filter(over_limit_reason::Column::Clinician.eq(at.scope.clinician()))
        .order_by_desc(over_limit_reason::Column::RecordedAt)
        .order_by_desc(over_limit_reason::Column::Id)
        .one(at.conn)
        .await
        .map(|row| row.map(|row| row.reason))
}

/// The last contacts of a clinician's day that count, newest first: what *Undo* and *Change last* work on.
pub async fn last_contacts<C: ConnectionTrait>(
    at: Scoped<'_, C, ClinicianScope>,
    day: LocalDate,
    most: u64,
) -> Result<Vec<ContactRow>, DbErr> {
    contact::Entity::find()
        .filter(contact::Column::Practice.eq(at.scope.practice().clone()))
        .filter(contact::Column::Clinician.eq(at.scope.clinician()))
        .filter(contact::Column::Day.eq(day))
        .filter(Expr::not_exists(voids()))
        .order_by_desc(contact::Column::OccurredAt)
        .order_by_desc(contact::Column::Id)
        .limit(most)
        .all(at.conn)
        .await
}

/// The voids of the contact that the query around it looks at.
fn voids() -> SelectStatement {
    Query::select()
        .column((contact_void::Entity, contact_void::Column::Contact))
        .from(contact_void::Entity)
        .and_where(
            Expr::col((contact_void::Entity, contact_void::Column::Practice))
                .equals((contact::Entity, contact::Column::Practice)),
        )
        .and_where(
            Expr::col((contact_void::Entity, contact_void::Column::Contact))
                .equals((contact::Entity, contact::Column::Id)),
        )
        .and_where(
            Expr::col((contact_void::Entity, contact_void::Column::Clinician))
                .equals((contact::Entity, contact::Column::Clinician)),
        )
        .to_owned()
}

/// One contact of a clinician that counts.
pub async fn counting<C: ConnectionTrait>(
    at: Scoped<'_, C, ClinicianScope>,
    id: ContactId,
) -> Result<Option<ContactRow>, DbErr> {
    contact::Entity::find_by_id((at.scope.practice().clone(), id))
        .filter(contact::Column::Clinician.eq(at.scope.clinician()))
        .filter(Expr::not_exists(voids()))
        .one(at.conn)
        .await
}

/// One contact of a clinician.
pub async fn contact<C: ConnectionTrait>(
    at: Scoped<'_, C, ClinicianScope>,
    id: ContactId,
) -> Result<Option<ContactRow>, DbErr> {
    contact::Entity::find_by_id((at.scope.practice().clone(), id))
        .filter(contact::Column::Clinician.eq(at.scope.clinician()))
        .one(at.conn)
        .await
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

/// Whether a write with a client-made id was new.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Written {
    /// Now.
    Fresh,
    /// Before, with the same content.
    Repeat,
    /// The id stands for something else.
    IdReused,
}

impl Written {
    /// What a row that was there before means: the same write again, or another one under the same id.
    pub(super) fn again(same: bool) -> Self {
        if same { Self::Repeat } else { Self::IdReused }
    }

    /// Written now or before; or the error that says that the id stands for something else.
    pub fn stands(self) -> Result<(), AppError> {
        match self {
            Self::Fresh | Self::Repeat => Ok(()),
            Self::IdReused => Err(AppError::IdReused),
        }
    }
}

/// Writes a day sheet entry.
pub async fn add_sheet<C: ConnectionTrait>(
    at: Scoped<'_, C, ClinicianScope>,
    sheet: &NewSheet,
    now: DateTime<Utc>,
) -> Result<Written, DbErr> {
    let n = i32::try_from(sheet.n).unwrap_or(i32::MAX);
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
    .on_conflict_do_nothing_on([day_sheet::Column::Practice, day_sheet::Column::Id])
    .exec_without_returning(at.conn)
    .await?;
    if matches!(added, sea_orm::TryInsertResult::Inserted(1..)) {
        return Ok(Written::Fresh);
    }
    let stored = day_sheet::Entity::find_by_id((at.scope.practice().clone(), sheet.id))
        .one(at.conn)
        .await?;
    let same = stored.is_some_and(|row| {
        row.clinician == at.scope.clinician() && row.day == sheet.day && row.n == n
    });
    Ok(Written::again(same))
}

/// Writes what a clinician works on a day.
pub async fn add_worked<C: ConnectionTrait>(
    at: Scoped<'_, C, ClinicianScope>,
    id: RowId,
    day: LocalDate,
    worked: Worked,
    recorded_by: Uuid,
    now: DateTime<Utc>,
) -> Result<Written, DbErr> {
    let half_sessions = i32::try_from(worked.half_sessions).unwrap_or(i32::MAX);
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
    .on_conflict_do_nothing_on([day_worked::Column::Practice, day_worked::Column::Id])
    .exec_without_returning(at.conn)
    .await?;
    if matches!(added, sea_orm::TryInsertResult::Inserted(1..)) {
        return Ok(Written::Fresh);
    }
    let stored = day_worked::Entity::find_by_id((at.scope.practice().clone(), id))
        .one(at.conn)
        .await?;
    Ok(Written::again(stored.is_some_and(|row| {
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
) -> Result<Written, DbErr> {
    let added = over_limit_reason::Entity::insert(over_limit_reason::ActiveModel {
        practice: Set(at.scope.practice().clone()),
        id: Set(id),
        clinician: Set(at.scope.clinician()),
        day: Set(day),
        reason: Set(reason.to_owned()),
        recorded_at: Set(now),
        recorded_by: Set(recorded_by),
    })
    .on_conflict_do_nothing_on([
        over_limit_reason::Column::Practice,
        over_limit_reason::Column::Id,
    ])
    .exec_without_returning(at.conn)
    .await?;
    if matches!(added, sea_orm::TryInsertResult::Inserted(1..)) {
        return Ok(Written::Fresh);
    }
    let stored = over_limit_reason::Entity::find_by_id((at.scope.practice().clone(), id))
        .one(at.conn)
        .await?;
    Ok(Written::again(stored.is_some_and(|row| {
        row.clinician == at.scope.clinician() && row.day == day && row.reason == reason
    })))
}
