//! Strokes beside the contacts: rows as sent, once.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use entity::tick;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryTrait,
    sea_query::OnConflict,
};

use super::{TickKey, by_practice, returning};
use crate::domain::work::NewTick;

/// Sorted by key, like the contacts.
pub(super) async fn insert(
    conn: &impl ConnectionTrait,
    ticks: impl Iterator<Item = &NewTick>,
    now: DateTime<Utc>,
) -> Result<HashSet<TickKey>, DbErr> {
    let mut ticks: Vec<&NewTick> = ticks.collect();
    ticks.sort_unstable_by_key(|tick| (&tick.practice, tick.id));
    let rows: Vec<tick::ActiveModel> = ticks
        .into_iter()
        .map(|tick| tick::ActiveModel {
            practice: Set(tick.practice.clone()),
            id: Set(tick.id),
            clinician: Set(tick.clinician),
            day: Set(tick.day),
            source: Set(tick.sheet.code().to_owned()),
            kind: Set(tick.kind.clone()),
            n: Set(tick.n),
            recorded_at: Set(now),
            recorded_by: Set(tick.recorded_by),
        })
        .collect();
    if rows.is_empty() {
        return Ok(HashSet::new());
    }
    let mut insert = tick::Entity::insert_many(rows)
        .on_conflict(
            OnConflict::columns([tick::Column::Practice, tick::Column::Id])
                .do_nothing()
                .to_owned(),
        )
        .into_query();
    insert.returning(returning([tick::Column::Practice, tick::Column::Id]));
    conn.query_all(&insert)
        .await?
        .iter()
        .map(|row| Ok((row.try_get("", "practice")?, row.try_get("", "id")?)))
        .collect()
}

/// Those that were there before.
pub(super) async fn stored(
    conn: &impl ConnectionTrait,
    wanted: impl Iterator<Item = &TickKey>,
) -> Result<HashMap<TickKey, tick::Model>, DbErr> {
    let mut found = HashMap::new();
    for (practice, ids) in by_practice(wanted.map(|(practice, id)| (practice, *id))) {
        let rows = tick::Entity::find()
            .filter(tick::Column::Practice.eq(practice))
            .filter(tick::Column::Id.is_in(ids))
            .all(conn)
            .await?;
        found.extend(
            rows.into_iter()
                .map(|row| ((row.practice.clone(), row.id), row)),
        );
    }
    Ok(found)
}
