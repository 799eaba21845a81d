//! What practices have set: limits and rotas. A handful of rows a practice.

use std::collections::HashMap;

use entity::{
    ids::{ClinicianId, LocalDate, OdsCode, RowId},
    limit_rule, rota,
};
use futures::try_join;
use sea_orm::{ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter};
use uuid::Uuid;

use super::write;
use crate::{
    db::Scoped,
    domain::{
        access::PracticeScope,
        limit::{RotaDay, Rule, Rules},
    },
};

/// The rules of one practice.
pub(super) async fn rules(conn: &impl ConnectionTrait, practice: &OdsCode) -> Result<Rules, DbErr> {
    let mut found = rules_of(conn, Some(std::slice::from_ref(practice))).await?;
    Ok(found.remove(practice).unwrap_or_default())
}

/// The rules of some practices, or of all.
pub(super) async fn rules_of(
    conn: &impl ConnectionTrait,
    practices: Option<&[OdsCode]>,
) -> Result<HashMap<OdsCode, Rules>, DbErr> {
    let mut rules: HashMap<OdsCode, Rules> = HashMap::new();
    let limits = limit_rule::Entity::find().filter(of(practices, limit_rule::Column::Practice));
    let rota = rota::Entity::find().filter(of(practices, rota::Column::Practice));
    let (limits, rota) = try_join!(limits.all(conn), rota.all(conn))?;
    for row in limits {
        let known = rules.entry(row.practice.clone()).or_default();
        known.limits.push(rule_of(&row));
    }
    for row in rota {
        let known = rules.entry(row.practice).or_default();
        known.rota.push(RotaDay {
            clinician: row.clinician,
            weekday: count(row.weekday),
            half_sessions: count(row.half_sessions),
            effective_on: row.effective_on,
            recorded_at: row.recorded_at,
        });
    }
    Ok(rules)
}

fn of(practices: Option<&[OdsCode]>, column: impl ColumnTrait) -> Condition {
    let only = practices.map(|only| column.is_in(only.iter().cloned()));
    Condition::all().add_option(only)
}

fn rule_of(row: &limit_rule::Model) -> Rule {
    Rule {
        clinician: row.clinician,
        effective_on: row.effective_on,
        last_on: row.last_on,
        recorded_at: row.recorded_at,
        full_day: count(row.full_day),
        one_session: count(row.one_session),
        duty_day: row.duty_day.map(count),
        nearing_percent: count(row.nearing_percent),
    }
}

fn count(stored: i32) -> u32 {
    u32::try_from(stored).unwrap_or(0)
}

fn stored(count: u32) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}

/// Writes a dated limit, for everyone or for one clinician.
pub async fn add_rule<C: ConnectionTrait>(
    at: Scoped<'_, C, PracticeScope>,
    id: RowId,
    rule: &Rule,
    recorded_by: Uuid,
) -> Result<write::Outcome, DbErr> {
    let added = limit_rule::Entity::insert(limit_rule::ActiveModel {
        practice: Set(at.scope.practice().clone()),
        id: Set(id),
        clinician: Set(rule.clinician),
        effective_on: Set(rule.effective_on),
        last_on: Set(rule.last_on),
        duty_day: Set(rule.duty_day.map(stored)),
        full_day: Set(stored(rule.full_day)),
        one_session: Set(stored(rule.one_session)),
        nearing_percent: Set(stored(rule.nearing_percent)),
        recorded_at: Set(rule.recorded_at),
        recorded_by: Set(recorded_by),
    })
    .on_conflict_do_nothing_on([limit_rule::Column::Practice, limit_rule::Column::Id])
    .exec_without_returning(at.conn)
    .await?;
    if matches!(added, sea_orm::TryInsertResult::Inserted(1..)) {
        return Ok(write::Outcome::New);
    }
    let row = limit_rule::Entity::find_by_id((at.scope.practice().clone(), id)).one(at.conn).await?;
    let same = row.is_some_and(|row| {
        let known = rule_of(&row);
        known == Rule { recorded_at: known.recorded_at, ..rule.clone() }
    });
    Ok(write::Outcome::again(same))
}

/// One weekday of a clinician's rota.
#[derive(Debug, Clone, Copy)]
pub struct NewRotaDay {
    /// Made by the client.
    pub id: RowId,
    /// Whose.
    pub clinician: ClinicianId,
    /// 1 is Monday, 7 is Sunday.
    pub weekday: u32,
    /// Sessions, counted in halves; 0 is a day off.
    pub half_sessions: u32,
    /// First day it holds.
    pub effective_on: LocalDate,
}

/// Writes one weekday of a rota.
pub async fn add_rota<C: ConnectionTrait>(
    at: Scoped<'_, C, PracticeScope>,
    new: NewRotaDay,
    recorded_by: Uuid,
    now: chrono::DateTime<chrono::Utc>,
) -> Result<write::Outcome, DbErr> {
    let (weekday, half_sessions) = (stored(new.weekday), stored(new.half_sessions));
    let added = rota::Entity::insert(rota::ActiveModel {
        practice: Set(at.scope.practice().clone()),
        id: Set(new.id),
        clinician: Set(new.clinician),
        weekday: Set(weekday),
        half_sessions: Set(half_sessions),
        effective_on: Set(new.effective_on),
        recorded_at: Set(now),
        recorded_by: Set(recorded_by),
    })
    .on_conflict_do_nothing_on([rota::Column::Practice, rota::Column::Id])
    .exec_without_returning(at.conn)
    .await?;
    if matches!(added, sea_orm::TryInsertResult::Inserted(1..)) {
        return Ok(write::Outcome::New);
    }
    let row = rota::Entity::find_by_id((at.scope.practice().clone(), new.id)).one(at.conn).await?;
    let same = row.is_some_and(|row| {
        row.clinician == new.clinician
            && row.weekday == weekday
            && row.half_sessions == half_sessions
            && row.effective_on == new.effective_on
    });
    Ok(write::Outcome::again(same))
}
