//! When an LMC met, as its officers said. A correction adds a row; the one recorded last holds.

use chrono::{DateTime, Utc};
use entity::{
    ids::{LocalDate, RowId},
    lmc_meeting,
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};
use uuid::Uuid;

use super::write;
use crate::{db::Scoped, domain::access::LmcScope};

/// So many are read; an LMC meets about once a month.
const MOST: u64 = 120;

/// The LMC's meetings, the one recorded last first.
pub async fn days<C: ConnectionTrait>(at: Scoped<'_, C, LmcScope>) -> Result<Vec<LocalDate>, DbErr> {
    lmc_meeting::Entity::find()
        .select_only()
        .column(lmc_meeting::Column::MetOn)
        .filter(lmc_meeting::Column::Lmc.eq(at.scope.lmc().clone()))
        .order_by_desc(lmc_meeting::Column::RecordedAt)
        .order_by_desc(lmc_meeting::Column::Id)
        .limit(MOST)
        .into_tuple()
        .all(at.conn)
        .await
}

/// Writes when the LMC met. The same id with another day is refused.
pub async fn add<C: ConnectionTrait>(
    at: Scoped<'_, C, LmcScope>,
    id: RowId,
    met_on: LocalDate,
    by: Uuid,
    now: DateTime<Utc>,
) -> Result<write::Outcome, DbErr> {
    let lmc = at.scope.lmc();
    let row = lmc_meeting::ActiveModel {
        lmc: Set(lmc.clone()),
        id: Set(id),
        met_on: Set(met_on),
        recorded_at: Set(now),
        recorded_by: Set(by),
    };
    let added = lmc_meeting::Entity::insert(row)
        .on_conflict_do_nothing_on([lmc_meeting::Column::Lmc, lmc_meeting::Column::Id])
        .exec_without_returning(at.conn)
        .await?;
    if matches!(added, sea_orm::TryInsertResult::Inserted(1..)) {
        return Ok(write::Outcome::New);
    }
    let before = lmc_meeting::Entity::find_by_id((lmc.clone(), id)).one(at.conn).await?;
    Ok(write::Outcome::again(before.is_some_and(|before| before.met_on == met_on)))
}
