//! Editions of the catalogue that were imported. Never changed, so their number says whether one was added.

use chrono::{DateTime, Utc};
use entity::{catalogue_edition, ids::LocalDate};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DatabaseBackend, DbErr, EntityTrait, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect,
};
use uuid::Uuid;

/// One imported edition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imported {
    /// Its name in the file.
    pub edition: String,
    /// Where the menu applies.
    pub jurisdiction: String,
    /// First day that anything can be recorded for.
    pub valid_from: LocalDate,
    /// The file, byte for byte.
    pub body: String,
    /// SHA-256 of the file.
    pub digest: String,
}

/// How many editions were imported: changes whenever the menu does.
pub async fn version(conn: &impl ConnectionTrait) -> Result<u64, DbErr> {
    catalogue_edition::Entity::find().select_only().column(catalogue_edition::Column::Edition).count(conn).await
}

/// Every imported edition, the earliest first.
pub async fn editions(conn: &impl ConnectionTrait) -> Result<Vec<Imported>, DbErr> {
    let rows = catalogue_edition::Entity::find()
        .order_by_asc(catalogue_edition::Column::ValidFrom)
        .order_by_asc(catalogue_edition::Column::Edition)
        .all(conn)
        .await?;
    Ok(rows.into_iter().map(read).collect())
}

/// The files of a jurisdiction.
pub async fn files(conn: &impl ConnectionTrait, jurisdiction: &str) -> Result<Vec<String>, DbErr> {
    let rows = catalogue_edition::Entity::find()
        .filter(catalogue_edition::Column::Jurisdiction.eq(jurisdiction))
        .all(conn)
        .await?;
    Ok(rows.into_iter().map(|row| row.body).collect())
}

/// The edition of a name.
pub async fn edition(conn: &impl ConnectionTrait, name: &str) -> Result<Option<Imported>, DbErr> {
    let row = catalogue_edition::Entity::find_by_id(name.to_owned()).one(conn).await?;
    Ok(row.map(read))
}

fn read(row: catalogue_edition::Model) -> Imported {
    Imported {
        edition: row.edition,
        jurisdiction: row.jurisdiction,
        valid_from: row.valid_from,
        body: row.body,
        digest: row.digest,
    }
}

/// Lets one import at a time compare and write. SQLite has one writer anyway.
pub async fn lock(conn: &impl ConnectionTrait) -> Result<(), DbErr> {
    if conn.get_database_backend() == DatabaseBackend::Postgres {
        conn.execute_unprepared("LOCK TABLE catalogue_edition IN SHARE ROW EXCLUSIVE MODE").await?;
    }
    Ok(())
}

/// Writes an edition, in the caller's transaction.
pub async fn append(conn: &impl ConnectionTrait, new: Imported, by: Uuid, now: DateTime<Utc>) -> Result<(), DbErr> {
    catalogue_edition::Entity::insert(catalogue_edition::ActiveModel {
        edition: Set(new.edition),
        jurisdiction: Set(new.jurisdiction),
        valid_from: Set(new.valid_from),
        body: Set(new.body),
        digest: Set(new.digest),
        imported_at: Set(now),
        imported_by: Set(by),
    })
    .exec_without_returning(conn)
    .await?;
    Ok(())
}
