//! What practices note for themselves about the network scheme. No area, no release and no LMC reads it.

use chrono::{DateTime, Utc};
use entity::{ids::NotAnId, network_note};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
};
use uuid::Uuid;

use super::write;
use crate::{
    db::Scoped,
    domain::{
        access::PracticeScope,
        network::{NetworkNote, NewNetworkNote},
    },
};

/// Notes that are read, the newest.
const MOST: u64 = 200;

/// A practice's notes, the newest first.
pub async fn all<C: ConnectionTrait>(at: Scoped<'_, C, PracticeScope>) -> Result<Vec<NetworkNote>, DbErr> {
    let rows = network_note::Entity::find()
        .filter(network_note::Column::Practice.eq(at.scope.practice().clone()))
        .order_by_desc(network_note::Column::RecordedAt)
        .order_by_desc(network_note::Column::Id)
        .limit(MOST)
        .all(at.conn)
        .await?;
    rows.into_iter().map(read).collect()
}

fn read(row: network_note::Model) -> Result<NetworkNote, DbErr> {
    let leaning = row.leaning.parse().map_err(|error: NotAnId| DbErr::Type(error.to_string()))?;
    let note = row.note.and_then(|text| text.parse().ok());
    Ok(NetworkNote { says: NewNetworkNote { id: row.id, leaning, note }, recorded_at: row.recorded_at })
}

/// Appends a note; the id is the client's.
pub async fn add<C: ConnectionTrait>(
    at: Scoped<'_, C, PracticeScope>,
    new: &NewNetworkNote,
    recorded_by: Uuid,
    now: DateTime<Utc>,
) -> Result<write::Outcome, DbErr> {
    let practice = at.scope.practice().clone();
    let row = network_note::Model {
        practice: practice.clone(),
        id: new.id,
        leaning: new.leaning.as_str().to_owned(),
        note: new.note.as_ref().map(ToString::to_string),
        recorded_at: now,
        recorded_by,
    };
    let added = network_note::Entity::insert(row.into_active_model())
        .on_conflict_do_nothing_on([network_note::Column::Practice, network_note::Column::Id])
        .exec_without_returning(at.conn)
        .await?;
    if matches!(added, sea_orm::TryInsertResult::Inserted(1..)) {
        return Ok(write::Outcome::New);
    }
    let stored = network_note::Entity::find_by_id((practice, new.id)).one(at.conn).await?;
    let stored = stored.map(read).transpose()?;
    Ok(write::Outcome::again(stored.is_some_and(|stored| stored.says == *new)))
}
