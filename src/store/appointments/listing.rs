//! Imports as rows: those that are listed, and one of them.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entity::{
    ids::{OdsCode, RowId},
    slot_import, slot_import_done,
};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::ImportRow;
use crate::{db::Scoped, domain::access::PracticeScope};

/// One import.
pub async fn import<C: ConnectionTrait>(
    at: Scoped<'_, C, PracticeScope>,
    id: RowId,
) -> Result<Option<ImportRow>, DbErr> {
    let found = slot_import::Entity::find_by_id((at.scope.practice().clone(), id)).one(at.conn).await?;
    let Some(found) = found else {
        return Ok(None);
    };
    let done = done(at.conn, at.scope.practice()).await?;
    let taken = taken_back(at.conn, at.scope.practice(), &done).await?;
    Ok(Some(row(found, &done, &taken)))
}

/// The last imports, the newest first.
pub async fn imports<C: ConnectionTrait>(at: Scoped<'_, C, PracticeScope>, most: u64) -> Result<Vec<ImportRow>, DbErr> {
    let done = done(at.conn, at.scope.practice()).await?;
    let taken = taken_back(at.conn, at.scope.practice(), &done).await?;
    let rows = slot_import::Entity::find()
        .filter(slot_import::Column::Practice.eq(at.scope.practice().clone()))
        .order_by_desc(slot_import::Column::RecordedAt)
        .limit(most)
        .all(at.conn)
        .await?;
    Ok(rows.into_iter().map(|found| row(found, &done, &taken)).collect())
}

/// Since when each import counts.
type Done = HashMap<RowId, DateTime<Utc>>;

async fn done(conn: &impl ConnectionTrait, practice: &OdsCode) -> Result<Done, DbErr> {
    let rows = slot_import_done::Entity::find()
        .filter(slot_import_done::Column::Practice.eq(practice.clone()))
        .all(conn)
        .await?;
    Ok(rows.into_iter().map(|row| (row.import, row.recorded_at)).collect())
}

/// Imports that were taken back, each with the one that did it. Few are: what each is about stands in its summary.
async fn taken_back(
    conn: &impl ConnectionTrait,
    practice: &OdsCode,
    done: &Done,
) -> Result<HashMap<RowId, RowId>, DbErr> {
    let rows = slot_import::Entity::find()
        .filter(slot_import::Column::Practice.eq(practice.clone()))
        .filter(slot_import::Column::Summary.contains("\"takes_back\":\""))
        .all(conn)
        .await?;
    let counting = rows.into_iter().filter(|found| done.contains_key(&found.id));
    Ok(counting.filter_map(|found| Some((RowId(super::staging::summary(&found).takes_back?), found.id))).collect())
}

fn row(found: slot_import::Model, done: &Done, taken: &HashMap<RowId, RowId>) -> ImportRow {
    ImportRow {
        id: found.id,
        summary: super::staging::summary(&found),
        system: found.system,
        file_sha256: found.file_sha256,
        base: found.base,
        recorded_at: found.recorded_at,
        counts_since: done.get(&found.id).copied(),
        taken_back_by: taken.get(&found.id).copied(),
    }
}
