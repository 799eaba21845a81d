//! Facts about organisations: read whole, since the tree folds them in memory; written by imports alone.

use chrono::{DateTime, Utc};
use entity::{ids::LocalDate, organisation_fact, organisation_import};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DatabaseBackend, DbErr, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect,
};
use uuid::Uuid;

use crate::domain::organisation::{self, Dated, OrganisationKind};

/// The newest import: changes whenever the tree does.
pub async fn version(conn: &impl ConnectionTrait) -> Result<Option<Uuid>, DbErr> {
    // The newest by order, not by max(): PostgreSQL 15 has none for a UUID.
    organisation_import::Entity::find()
        .select_only()
        .column(organisation_import::Column::Id)
        .order_by_desc(organisation_import::Column::Id)
        .limit(1)
        .into_tuple::<Uuid>()
        .one(conn)
        .await
}

/// Every fact, in the order in which they were recorded.
///
/// # Errors
/// [`DbErr::Type`] where a stored row is no fact.
pub async fn facts(conn: &impl ConnectionTrait) -> Result<Vec<Dated>, DbErr> {
    let rows = organisation_fact::Entity::find().order_by_asc(organisation_fact::Column::Id).all(conn).await?;
    rows.into_iter()
        .map(|row| {
            let kind: OrganisationKind = row.kind.parse().map_err(|error| broken(&error))?;
            let fact = organisation::from_row(
                &row.fact,
                row.value.as_deref().unwrap_or_default(),
                row.second_value.as_deref(),
            )
            .map_err(|error| broken(&error))?;
            Ok(Dated { code: row.code, kind, effective_on: row.effective_on, recorded_at: row.recorded_at, fact })
        })
        .collect()
}

fn broken(error: &dyn std::error::Error) -> DbErr {
    DbErr::Type(error.to_string())
}

/// The newest day a file of this source has spoken of.
pub async fn newest_of(conn: &impl ConnectionTrait, source: &str) -> Result<Option<LocalDate>, DbErr> {
    organisation_import::Entity::find()
        .filter(organisation_import::Column::Source.eq(source))
        .order_by_desc(organisation_import::Column::EffectiveOn)
        .one(conn)
        .await
        .map(|row| row.map(|row| row.effective_on))
}

/// Lets one import at a time compare and write. SQLite has one writer anyway.
pub async fn lock(conn: &impl ConnectionTrait) -> Result<(), DbErr> {
    if conn.get_database_backend() == DatabaseBackend::Postgres {
        conn.execute_unprepared("LOCK TABLE organisation_import IN SHARE ROW EXCLUSIVE MODE").await?;
    }
    Ok(())
}

/// One file taken in.
#[derive(Debug, Clone)]
pub struct Import<'a> {
    /// Kind of file.
    pub source: &'a str,
    /// The day it speaks of.
    pub effective_on: LocalDate,
    /// Digest of its bytes.
    pub file_sha256: String,
}

/// Writes one import with its facts, in the caller's transaction.
pub async fn append(
    conn: &impl ConnectionTrait,
    import: &Import<'_>,
    facts: &[Dated],
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    let id = Uuid::now_v7();
    organisation_import::Entity::insert(organisation_import::ActiveModel {
        id: Set(id),
        source: Set(import.source.to_owned()),
        effective_on: Set(import.effective_on),
        recorded_at: Set(now),
        file_sha256: Set(import.file_sha256.clone()),
        facts: Set(i64::try_from(facts.len()).unwrap_or(i64::MAX)),
    })
    .exec_without_returning(conn)
    .await?;
    // Nine columns a row; SQLite takes 32,766 values a statement.
    for some in facts.chunks(2_000) {
        let rows = some.iter().map(|dated| {
            let row = organisation::to_row(&dated.fact);
            organisation_fact::ActiveModel {
                id: Set(Uuid::now_v7()),
                code: Set(dated.code.clone()),
                kind: Set(dated.kind.code().to_owned()),
                fact: Set(row.fact.to_owned()),
                value: Set(Some(row.value)),
                second_value: Set(row.second.map(str::to_owned)),
                effective_on: Set(dated.effective_on),
                recorded_at: Set(dated.recorded_at),
                import: Set(id),
            }
        });
        organisation_fact::Entity::insert_many(rows).exec_without_returning(conn).await?;
    }
    Ok(())
}
