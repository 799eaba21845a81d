//! Diverts as they stand: starts and ends, the practice's rule, and clinicians who said that they are at their limit.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entity::{
    divert_end, divert_rule, divert_start,
    ids::{ClinicianId, DivertId, LocalDate, RowId},
    limit_notice, over_limit_reason, tally,
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::OnConflict,
};
use uuid::Uuid;

use super::{keyed, tally_owners::WHOLE_PRACTICE, write};
use crate::{
    db::Scoped,
    domain::{
        access::{ClinicianScope, PracticeScope},
        divert::{Divert, DivertRule},
        work::TallySheet,
    },
};

pub mod messages;
pub mod texts;

/// A start to be written.
#[derive(Debug, Clone)]
pub struct NewStart {
    /// Made by the client.
    pub id: DivertId,
    /// One more than the last divert's.
    pub seq: i32,
    /// London day.
    pub day: LocalDate,
    /// Code of the ground.
    pub ground: &'static str,
    /// Version of the text that was shown.
    pub guard_rail: String,
    /// That text.
    pub guard_rail_text: String,
    /// Role of whoever starts it.
    pub role: &'static str,
    /// Who.
    pub by: Uuid,
}

/// Diverts that started between two days, oldest first.
pub async fn between<C: ConnectionTrait>(
    at: Scoped<'_, C, PracticeScope>,
    first: LocalDate,
    last: LocalDate,
) -> Result<Vec<Divert>, DbErr> {
    let starts = divert_start::Entity::find()
        .filter(divert_start::Column::Practice.eq(at.scope.practice().clone()))
        .filter(divert_start::Column::Day.between(first, last))
        .order_by_asc(divert_start::Column::Seq)
        .all(at.conn)
        .await?;
    with_ends(at, starts).await
}

/// The newest diverts, newest first.
pub async fn newest<C: ConnectionTrait>(at: Scoped<'_, C, PracticeScope>, most: u64) -> Result<Vec<Divert>, DbErr> {
    let starts = divert_start::Entity::find()
        .filter(divert_start::Column::Practice.eq(at.scope.practice().clone()))
        .order_by_desc(divert_start::Column::Seq)
        .limit(most)
        .all(at.conn)
        .await?;
    with_ends(at, starts).await
}

/// The divert that is going on, if one is.
pub async fn current<C: ConnectionTrait>(at: Scoped<'_, C, PracticeScope>) -> Result<Option<Divert>, DbErr> {
    let newest = newest(at, 1).await?.pop();
    Ok(newest.filter(Divert::is_on))
}

async fn with_ends<C: ConnectionTrait>(
    at: Scoped<'_, C, PracticeScope>,
    starts: Vec<divert_start::Model>,
) -> Result<Vec<Divert>, DbErr> {
    if starts.is_empty() {
        return Ok(Vec::new());
    }
    let ends = divert_end::Entity::find().filter(divert_end::Column::Practice.eq(at.scope.practice().clone()));
    let ids = starts.iter().map(|start| start.id);
    let ends = keyed::listed(at.conn, ends, divert_end::Column::Divert, ids).await?;
    let mut ends: HashMap<DivertId, (DateTime<Utc>, String)> =
        ends.into_iter().map(|end| (end.divert, (end.recorded_at, end.role))).collect();
    Ok(starts
        .into_iter()
        .map(|start| Divert {
            ended: ends.remove(&start.id),
            id: start.id,
            seq: start.seq,
            day: start.day,
            started_at: start.recorded_at,
            started_by: start.role,
            ground: start.ground,
            guard_rail: start.guard_rail,
        })
        .collect())
}

/// Writes a start. False where the id or the place in the row of diverts is taken: somebody else was quicker.
pub async fn start<C: ConnectionTrait>(
    at: Scoped<'_, C, PracticeScope>,
    new: &NewStart,
    now: DateTime<Utc>,
) -> Result<bool, DbErr> {
    let row = divert_start::ActiveModel {
        practice: Set(at.scope.practice().clone()),
        id: Set(new.id),
        seq: Set(new.seq),
        day: Set(new.day),
        ground: Set(new.ground.to_owned()),
        guard_rail: Set(new.guard_rail.clone()),
        guard_rail_text: Set(new.guard_rail_text.clone()),
        role: Set(new.role.to_owned()),
        recorded_at: Set(now),
        recorded_by: Set(new.by),
    };
    let added = divert_start::Entity::insert(row)
        .on_conflict(OnConflict::new().do_nothing().to_owned())
        .try_insert()
        .exec_without_returning(at.conn)
        .await?;
    Ok(matches!(added, sea_orm::TryInsertResult::Inserted(1..)))
}

/// The divert of an id, whatever became of it.
pub async fn divert<C: ConnectionTrait>(
    at: Scoped<'_, C, PracticeScope>,
    id: DivertId,
) -> Result<Option<Divert>, DbErr> {
    let start = divert_start::Entity::find_by_id((at.scope.practice().clone(), id)).one(at.conn).await?;
    Ok(with_ends(at, start.into_iter().collect()).await?.pop())
}

/// The guard-rail text that was shown with a start, with its version.
pub async fn guard_rail<C: ConnectionTrait>(
    at: Scoped<'_, C, PracticeScope>,
    id: DivertId,
) -> Result<Option<(String, String)>, DbErr> {
    let start = divert_start::Entity::find_by_id((at.scope.practice().clone(), id)).one(at.conn).await?;
    Ok(start.map(|start| (start.guard_rail, start.guard_rail_text)))
}

/// Writes the end of a divert. False where it had ended before.
pub async fn end<C: ConnectionTrait>(
    at: Scoped<'_, C, PracticeScope>,
    id: RowId,
    divert: DivertId,
    role: &str,
    by: Uuid,
    now: DateTime<Utc>,
) -> Result<bool, DbErr> {
    let row = divert_end::ActiveModel {
        practice: Set(at.scope.practice().clone()),
        id: Set(id),
        divert: Set(divert),
        role: Set(role.to_owned()),
        recorded_at: Set(now),
        recorded_by: Set(by),
    };
    let added = divert_end::Entity::insert(row)
        .on_conflict(OnConflict::new().do_nothing().to_owned())
        .try_insert()
        .exec_without_returning(at.conn)
        .await?;
    Ok(matches!(added, sea_orm::TryInsertResult::Inserted(1..)))
}

/// Every dated rule of the practice; a handful.
pub async fn rules<C: ConnectionTrait>(at: Scoped<'_, C, PracticeScope>) -> Result<Vec<DivertRule>, DbErr> {
    let rows = divert_rule::Entity::find()
        .filter(divert_rule::Column::Practice.eq(at.scope.practice().clone()))
        .all(at.conn)
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| DivertRule {
            effective_on: row.effective_on,
            recorded_at: row.recorded_at,
            percent: u32::try_from(row.percent).unwrap_or(0),
            clinicians: row.clinicians.and_then(|n| u32::try_from(n).ok()),
        })
        .collect())
}

/// Writes a dated rule; a repeat of the same id changes nothing.
pub async fn add_rule<C: ConnectionTrait>(
    at: Scoped<'_, C, PracticeScope>,
    id: RowId,
    rule: &DivertRule,
    by: Uuid,
) -> Result<bool, DbErr> {
    let number = |value: u32| i32::try_from(value).unwrap_or(i32::MAX);
    let row = divert_rule::ActiveModel {
        practice: Set(at.scope.practice().clone()),
        id: Set(id),
        effective_on: Set(rule.effective_on),
        percent: Set(number(rule.percent)),
        clinicians: Set(rule.clinicians.map(number)),
        recorded_at: Set(rule.recorded_at),
        recorded_by: Set(by),
    };
    let added = divert_rule::Entity::insert(row)
        .on_conflict_do_nothing_on([divert_rule::Column::Practice, divert_rule::Column::Id])
        .exec_without_returning(at.conn)
        .await?;
    Ok(matches!(added, sea_orm::TryInsertResult::Inserted(1..)))
}

/// Writes that a clinician is at their limit today. Once a day: later ones change nothing.
pub async fn tell<C: ConnectionTrait>(
    at: Scoped<'_, C, ClinicianScope>,
    id: RowId,
    day: LocalDate,
    by: Uuid,
    now: DateTime<Utc>,
) -> Result<write::Outcome, DbErr> {
    let row = limit_notice::ActiveModel {
        practice: Set(at.scope.practice().clone()),
        id: Set(id),
        clinician: Set(at.scope.clinician()),
        day: Set(day),
        recorded_at: Set(now),
        recorded_by: Set(by),
    };
    let added = limit_notice::Entity::insert(row)
        .on_conflict(OnConflict::new().do_nothing().to_owned())
        .try_insert()
        .exec_without_returning(at.conn)
        .await?;
    if matches!(added, sea_orm::TryInsertResult::Inserted(1..)) {
        return Ok(write::Outcome::New);
    }
    let told = told(at, day).await?.is_some();
    Ok(if told { write::Outcome::Repeat } else { write::Outcome::IdReused })
}

/// When a clinician said so, if they did.
async fn told<C: ConnectionTrait>(
    at: Scoped<'_, C, ClinicianScope>,
    day: LocalDate,
) -> Result<Option<DateTime<Utc>>, DbErr> {
    limit_notice::Entity::find()
        .filter(limit_notice::Column::Practice.eq(at.scope.practice().clone()))
        .filter(limit_notice::Column::Day.eq(day))
        .filter(limit_notice::Column::Clinician.eq(at.scope.clinician()))
        .one(at.conn)
        .await
        .map(|row| row.map(|row| row.recorded_at))
}

/// Who said so on a day, and when.
pub async fn told_by<C: ConnectionTrait>(
    at: Scoped<'_, C, PracticeScope>,
    day: LocalDate,
) -> Result<HashMap<ClinicianId, DateTime<Utc>>, DbErr> {
    let rows = limit_notice::Entity::find()
        .filter(limit_notice::Column::Practice.eq(at.scope.practice().clone()))
        .filter(limit_notice::Column::Day.eq(day))
        .all(at.conn)
        .await?;
    Ok(rows.into_iter().map(|row| (row.clinician, row.recorded_at)).collect())
}

/// The newest reason of each clinician who went on past the limit on a day.
pub async fn reasons<C: ConnectionTrait>(
    at: Scoped<'_, C, PracticeScope>,
    day: LocalDate,
) -> Result<HashMap<ClinicianId, String>, DbErr> {
    let rows = over_limit_reason::Entity::find()
        .filter(over_limit_reason::Column::Practice.eq(at.scope.practice().clone()))
        .filter(over_limit_reason::Column::Day.eq(day))
        .order_by_asc(over_limit_reason::Column::RecordedAt)
        .order_by_asc(over_limit_reason::Column::Id)
        .all(at.conn)
        .await?;
    // The newest row holds: rows come oldest first and overwrite.
    Ok(rows.into_iter().map(|row| (row.clinician, row.reason)).collect())
}

/// Patients sent to each kind of destination on a day, by code.
pub async fn counts<C: ConnectionTrait>(
    at: Scoped<'_, C, PracticeScope>,
    day: LocalDate,
) -> Result<HashMap<String, u32>, DbErr> {
    let rows = tally::Entity::find()
        .filter(tally::Column::Practice.eq(at.scope.practice().clone()))
        .filter(tally::Column::Clinician.eq(WHOLE_PRACTICE))
        .filter(tally::Column::Day.eq(day))
        .filter(tally::Column::Source.eq(TallySheet::Divert.code()))
        .all(at.conn)
        .await?;
    Ok(rows.into_iter().map(|row| (row.kind, u32::try_from(row.n).unwrap_or(0))).collect())
}
