//! How a practice matched columns, session holders and slot types. The latest row of a system holds.

use chrono::{DateTime, Utc};
use entity::{
    column_mapping,
    ids::{NotAnId, RowId},
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, sea_query::OnConflict,
};
use uuid::Uuid;

use crate::{
    db::Scoped,
    domain::{
        access::PracticeScope,
        appointment::{Matching, System},
    },
};

/// What holds for a system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MatchingRow {
    /// Digests and what they stand for.
    pub matching: Matching,
    /// When it was said.
    pub recorded_at: DateTime<Utc>,
}

/// What was matched for a system, if anything.
pub async fn matching<C: ConnectionTrait>(
    at: Scoped<'_, C, PracticeScope>,
    system: System,
) -> Result<Option<MatchingRow>, DbErr> {
    let found = column_mapping::Entity::find()
        .filter(column_mapping::Column::Practice.eq(at.scope.practice().clone()))
        .filter(column_mapping::Column::System.eq(system.code()))
        .order_by_desc(column_mapping::Column::RecordedAt)
        .order_by_desc(column_mapping::Column::Id)
        .one(at.conn)
        .await?;
    found
        .map(|row| {
            Ok(MatchingRow {
                matching: serde_json::from_str(&row.content).map_err(|error| DbErr::Type(error.to_string()))?,
                recorded_at: row.recorded_at,
            })
        })
        .transpose()
}

/// What was matched under an id made by the client, and for which system.
pub async fn matching_of<C: ConnectionTrait>(
    at: Scoped<'_, C, PracticeScope>,
    id: RowId,
) -> Result<Option<(System, Matching)>, DbErr> {
    let key = (at.scope.practice().clone(), id);
    let Some(row) = column_mapping::Entity::find_by_id(key).one(at.conn).await? else {
        return Ok(None);
    };
    let system = row.system.parse();
    let system = system.map_err(|error: NotAnId| DbErr::Type(error.to_string()))?;
    let matching = serde_json::from_str(&row.content).map_err(|error| DbErr::Type(error.to_string()))?;
    Ok(Some((system, matching)))
}

/// Remembers what was matched. Says whether the id was new.
pub async fn add_matching<C: ConnectionTrait>(
    at: Scoped<'_, C, PracticeScope>,
    id: RowId,
    system: System,
    matching: &Matching,
    recorded_by: Uuid,
    now: DateTime<Utc>,
) -> Result<bool, DbErr> {
    let content = serde_json::to_string(matching).map_err(|error| DbErr::Custom(error.to_string()))?;
    let added = column_mapping::Entity::insert(column_mapping::ActiveModel {
        practice: Set(at.scope.practice().clone()),
        id: Set(id),
        system: Set(system.code().to_owned()),
        content: Set(content),
        recorded_at: Set(now),
        recorded_by: Set(recorded_by),
    })
    .on_conflict(OnConflict::new().do_nothing().to_owned())
    .exec_without_returning(at.conn)
    .await?;
    Ok(added > 0)
}
