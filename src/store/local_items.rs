//! Items that LMCs add to the menu of their practices. Every change adds a row; the newest of an item counts.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use entity::{
    ids::{ItemCode, OrgCode},
    local_item,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter, QueryOrder,
    sea_query::OnConflict,
};
use uuid::Uuid;

use super::write;
use crate::{
    db::Scoped,
    domain::{access::LmcScope, catalogue::local::LocalItem},
};

/// Rows that one LMC may write: items and their changes.
pub const MOST: u64 = 500;

/// How many rows there are: changes whenever an item does.
pub async fn version(conn: &impl ConnectionTrait) -> Result<u64, DbErr> {
    local_item::Entity::find().count(conn).await
}

/// Every item of every LMC in its newest version, the oldest first.
pub async fn all(conn: &impl ConnectionTrait) -> Result<Vec<LocalItem>, DbErr> {
    let rows = local_item::Entity::find()
        .order_by_asc(local_item::Column::RecordedAt)
        .order_by_asc(local_item::Column::Id)
        .all(conn)
        .await?;
    newest(rows)
}

/// Those of an LMC.
pub async fn of_lmc<C: ConnectionTrait>(at: Scoped<'_, C, LmcScope>) -> Result<Vec<LocalItem>, DbErr> {
    let rows = local_item::Entity::find()
        .filter(local_item::Column::Lmc.eq(at.scope.lmc().clone()))
        .order_by_asc(local_item::Column::RecordedAt)
        .order_by_asc(local_item::Column::Id)
        .all(at.conn)
        .await?;
    newest(rows)
}

fn newest(rows: Vec<local_item::Model>) -> Result<Vec<LocalItem>, DbErr> {
    let mut order: Vec<ItemCode> = Vec::new();
    let mut of: BTreeMap<ItemCode, local_item::Model> = BTreeMap::new();
    for row in rows {
        if !of.contains_key(&row.item) {
            order.push(row.item.clone());
        }
        match of.get(&row.item) {
            Some(known) if known.version > row.version => {}
            _ => drop(of.insert(row.item.clone(), row)),
        }
    }
    order.into_iter().filter_map(|code| of.remove(&code)).map(read).collect()
}

fn read(row: local_item::Model) -> Result<LocalItem, DbErr> {
    let wrong = |error: entity::ids::NotAnId| DbErr::Type(error.to_string());
    Ok(LocalItem {
        id: row.id,
        lmc: row.lmc,
        code: row.item,
        version: row.version,
        title: row.title,
        plain: row.plain,
        exception: row.exception,
        subject: row.subject.parse().map_err(wrong)?,
        position: row.position.parse().map_err(wrong)?,
        guard_rail: row.guard_rail,
        source: row.source,
        checked_on: row.checked_on,
        valid_from: row.valid_from,
        valid_until: row.valid_until,
    })
}

/// How many rows an LMC wrote.
pub async fn written<C: ConnectionTrait>(at: Scoped<'_, C, LmcScope>) -> Result<u64, DbErr> {
    local_item::Entity::find().filter(local_item::Column::Lmc.eq(at.scope.lmc().clone())).count(at.conn).await
}

/// Appends a version; nothing where another version of the item came first.
pub async fn add<C: ConnectionTrait>(
    at: Scoped<'_, C, LmcScope>,
    new: &LocalItem,
    by: Uuid,
    now: DateTime<Utc>,
) -> Result<Option<write::Outcome>, DbErr> {
    let row = row(at.scope.lmc(), new, by, now);
    let stored = local_item::Entity::find_by_id((row.lmc.clone(), row.id));
    if let Some(before) = stored.one(at.conn).await? {
        let same =
            local_item::Model { recorded_at: before.recorded_at, recorded_by: before.recorded_by, ..row } == before;
        return Ok(Some(write::Outcome::again(same)));
    }
    let added = local_item::Entity::insert(row.into_active_model())
        .on_conflict(OnConflict::new().do_nothing().to_owned())
        .try_insert()
        .exec_without_returning(at.conn)
        .await?;
    Ok(matches!(added, sea_orm::TryInsertResult::Inserted(1..)).then_some(write::Outcome::New))
}

fn row(lmc: &OrgCode, new: &LocalItem, by: Uuid, now: DateTime<Utc>) -> local_item::Model {
    local_item::Model {
        lmc: lmc.clone(),
        id: new.id,
        item: new.code.clone(),
        version: new.version,
        title: new.title.clone(),
        plain: new.plain.clone(),
        exception: new.exception.clone(),
        subject: new.subject.as_str().to_owned(),
        position: new.position.as_str().to_owned(),
        guard_rail: new.guard_rail.clone(),
        source: new.source.clone(),
        checked_on: new.checked_on,
        valid_from: new.valid_from,
        valid_until: new.valid_until,
        recorded_at: now,
        recorded_by: by,
    }
}
