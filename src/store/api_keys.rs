//! Keys of programs. Whoever asks with one is looked up before there is a scope; only hashes of keys are stored.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use entity::{
    api_key,
    ids::{ApiKeyId, OrgCode, PersonId},
    person,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    prelude::Expr,
};

/// A stored key, as features handle it.
pub use entity::api_key::Model as ApiKeyRow;

use crate::{
    db::Scoped,
    domain::access::{AccountScope, EverywhereScope, Grant, KeyScope, OrganisationScope, PracticeScope},
};

/// Keys that are listed, the newest first.
const LISTED: u64 = 100;
/// The same for a command that lists those of every organisation.
const LISTED_IN_ALL: u64 = 1_000;

/// What a key gives; nothing where this version does not know its role.
pub fn grant_of(row: &ApiKeyRow) -> Option<Grant> {
    Some(Grant { role: row.role.parse().ok()?, organisation: row.organisation.clone() })
}

/// How far a key goes. A scope that this version does not know gives nothing.
pub fn scopes_of(row: &ApiKeyRow) -> Vec<KeyScope> {
    row.scopes.split(' ').filter_map(|scope| scope.parse().ok()).collect()
}

/// A key by its hash, if it was not revoked and has not expired.
pub async fn by_hash(conn: &impl ConnectionTrait, hash: &str, now: DateTime<Utc>) -> Result<Option<ApiKeyRow>, DbErr> {
    api_key::Entity::find()
        .filter(api_key::Column::SecretHash.eq(hash))
        .filter(api_key::Column::RevokedAt.is_null())
        .filter(api_key::Column::ExpiresAt.gt(now))
        .one(conn)
        .await
}

/// A key, whatever became of it.
pub async fn key<C: ConnectionTrait>(
    at: Scoped<'_, C, OrganisationScope>,
    id: ApiKeyId,
) -> Result<Option<ApiKeyRow>, DbErr> {
    api_key::Entity::find_by_id((at.scope.organisation().clone(), id)).one(at.conn).await
}

/// The key that somebody asks with.
pub async fn own<C: ConnectionTrait>(
    at: Scoped<'_, C, AccountScope>,
    (organisation, id): (&OrgCode, ApiKeyId),
) -> Result<Option<ApiKeyRow>, DbErr> {
    api_key::Entity::find_by_id((organisation.clone(), id)).one(at.conn).await
}

/// How many keys of an organisation work.
pub async fn living<C: ConnectionTrait>(
    at: Scoped<'_, C, OrganisationScope>,
    now: DateTime<Utc>,
) -> Result<u64, DbErr> {
    api_key::Entity::find()
        .filter(api_key::Column::Organisation.eq(at.scope.organisation().clone()))
        .filter(api_key::Column::RevokedAt.is_null())
        .filter(api_key::Column::ExpiresAt.gt(now))
        .count(at.conn)
        .await
}

/// The keys of an organisation that were not revoked, the newest first, each with the name of whoever made it.
pub async fn of_organisation<C: ConnectionTrait>(
    at: Scoped<'_, C, OrganisationScope>,
) -> Result<Vec<(ApiKeyRow, Option<String>)>, DbErr> {
    let rows = api_key::Entity::find()
        .filter(api_key::Column::Organisation.eq(at.scope.organisation().clone()))
        .filter(api_key::Column::RevokedAt.is_null())
        .order_by_desc(api_key::Column::CreatedAt)
        .order_by_desc(api_key::Column::Id)
        .limit(LISTED)
        .all(at.conn)
        .await?;
    let people: BTreeSet<PersonId> = rows.iter().map(|row| PersonId(row.created_by)).collect();
    let people = person::Entity::find().filter(person::Column::Id.is_in(people)).all(at.conn).await?;
    let names: HashMap<PersonId, String> = people.into_iter().map(|person| (person.id, person.name)).collect();
    let with_maker = rows.into_iter().map(|row| {
        let maker = names.get(&PersonId(row.created_by)).cloned();
        (row, maker)
    });
    Ok(with_maker.collect())
}

/// The keys of every organisation that work, the newest first.
pub async fn all<C: ConnectionTrait>(
    at: Scoped<'_, C, EverywhereScope>,
    now: DateTime<Utc>,
) -> Result<Vec<ApiKeyRow>, DbErr> {
    api_key::Entity::find()
        .filter(api_key::Column::RevokedAt.is_null())
        .filter(api_key::Column::ExpiresAt.gt(now))
        .order_by_desc(api_key::Column::CreatedAt)
        .order_by_desc(api_key::Column::Id)
        .limit(LISTED_IN_ALL)
        .all(at.conn)
        .await
}

/// The key of a practice with which files came last, and when.
pub async fn last_files<C: ConnectionTrait>(
    at: Scoped<'_, C, PracticeScope>,
) -> Result<Option<(String, DateTime<Utc>)>, DbErr> {
    let practice: OrgCode = at.scope.practice().into();
    let row = api_key::Entity::find()
        .filter(api_key::Column::Organisation.eq(practice))
        .filter(api_key::Column::LastFilesAt.is_not_null())
        .order_by_desc(api_key::Column::LastFilesAt)
        .one(at.conn)
        .await?;
    Ok(row.and_then(|row| Some((row.name, row.last_files_at?))))
}

/// Adds a key; nothing where the id is there already. Says whether it was new.
pub async fn add(conn: &impl ConnectionTrait, row: ApiKeyRow) -> Result<bool, DbErr> {
    let added = api_key::Entity::insert(api_key::ActiveModel::from(row))
        .on_conflict_do_nothing_on([api_key::Column::Organisation, api_key::Column::Id])
        .exec_without_returning(conn)
        .await?;
    Ok(matches!(added, sea_orm::TryInsertResult::Inserted(1..)))
}

/// Revokes a key; says whether it was not revoked before.
pub async fn revoke<C: ConnectionTrait>(
    at: Scoped<'_, C, OrganisationScope>,
    id: ApiKeyId,
    now: DateTime<Utc>,
) -> Result<bool, DbErr> {
    api_key::Entity::update_many()
        .col_expr(api_key::Column::RevokedAt, Expr::value(Some(now)))
        .filter(api_key::Column::Organisation.eq(at.scope.organisation().clone()))
        .filter(api_key::Column::Id.eq(id))
        .filter(api_key::Column::RevokedAt.is_null())
        .exec(at.conn)
        .await
        .map(|done| done.rows_affected > 0)
}

/// What is noted of a key in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyUse {
    /// A request.
    Request,
    /// Files that came.
    Files,
}

/// Notes that a key is in use.
pub async fn touch(
    conn: &impl ConnectionTrait,
    (organisation, id): (&OrgCode, ApiKeyId),
    how: KeyUse,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    let column = match how {
        KeyUse::Request => api_key::Column::LastUsedAt,
        KeyUse::Files => api_key::Column::LastFilesAt,
    };
    api_key::Entity::update_many()
        .col_expr(column, Expr::value(Some(now)))
        .filter(api_key::Column::Organisation.eq(organisation.clone()))
        .filter(api_key::Column::Id.eq(id))
        .exec(conn)
        .await?;
    Ok(())
}
