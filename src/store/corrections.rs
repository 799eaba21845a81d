//! Corrections of releases. What waits and what is published is read from the ledger, never noted beside it: a release made
//! at the same moment by another node takes a note in, or leaves it for the next.

use chrono::{DateTime, Utc};
use entity::{ids::RowId, release, release_correction};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DatabaseBackend, DbErr, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect,
};

use super::releases;
use crate::{db::Scoped, domain::access::EverywhereScope};

/// A correction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Correction {
    /// Which.
    pub id: RowId,
    /// As everybody reads it.
    pub note: String,
    /// What became of it.
    pub stands: Stands,
}

/// What became of a correction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stands {
    /// The next release says it.
    Waits,
    /// This release says it.
    Published(u32),
    /// It was taken back before any release said it.
    TakenBack,
}

/// Holds off whoever publishes, records or takes back until this transaction ends: each reads what waits before it writes.
pub async fn hold(conn: &impl ConnectionTrait) -> Result<(), DbErr> {
    if conn.get_database_backend() == DatabaseBackend::Postgres {
        release::Entity::find().order_by_desc(release::Column::Number).limit(1).lock_exclusive().one(conn).await?;
    }
    Ok(())
}

/// All, oldest first.
pub async fn all<C: ConnectionTrait>(at: Scoped<'_, C, EverywhereScope>) -> Result<Vec<Correction>, DbErr> {
    let rows = release_correction::Entity::find()
        .order_by_asc(release_correction::Column::RecordedAt)
        .order_by_asc(release_correction::Column::Id)
        .all(at.conn)
        .await?;
    let taken_back: Vec<RowId> = rows.iter().filter_map(|row| row.takes_back).collect();
    let said = match rows.iter().map(|row| row.after_release).min() {
        Some(first) => said_after(at.conn, first).await?,
        None => Vec::new(),
    };
    let corrections = rows.into_iter().filter(|row| row.takes_back.is_none());
    Ok(corrections
        .map(|row| {
            let says = |release: &&(i32, Vec<String>)| release.0 > row.after_release && release.1.contains(&row.note);
            let stands = match said.iter().find(says) {
                // The same words, recorded once more, may have been published since.
                _ if taken_back.contains(&row.id) => Stands::TakenBack,
                Some((number, _)) => Stands::Published(u32::try_from(*number).unwrap_or_default()),
                None => Stands::Waits,
            };
            Correction { id: row.id, note: row.note, stands }
        })
        .collect())
}

/// What releases after this one say of earlier ones, by their numbers.
async fn said_after(conn: &impl ConnectionTrait, number: i32) -> Result<Vec<(i32, Vec<String>)>, DbErr> {
    let rows = release::Entity::find()
        .filter(release::Column::Number.gt(number))
        .order_by_asc(release::Column::Number)
        .all(conn)
        .await?;
    let said = |row: release::Model| {
        let number = row.number;
        Ok((number, releases::published(row)?.content.notes))
    };
    rows.into_iter().map(said).collect()
}

/// Appends one; `takes_back` where it only takes back another.
pub async fn add(
    conn: &impl ConnectionTrait,
    id: RowId,
    (note, takes_back): (String, Option<RowId>),
    after_release: u32,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    let after = i32::try_from(after_release).map_err(|error| DbErr::Type(error.to_string()))?;
    release_correction::Entity::insert(release_correction::ActiveModel {
        id: Set(id),
        note: Set(note),
        after_release: Set(after),
        takes_back: Set(takes_back),
        recorded_at: Set(now),
    })
    .exec_without_returning(conn)
    .await?;
    Ok(())
}
