//! What contacts, voids and ticks have in common: rows as sent, once.

use std::{collections::HashSet, hash::Hash};

use entity::ids::OdsCode;
use sea_orm::{
    ActiveModelTrait, ConnectionTrait, DatabaseBackend, DbErr, EntityTrait, IdenStatic, QueryTrait,
    TryGetableMany, Value,
    sea_query::{OnConflict, Query},
};

use crate::store::keyed;

/// Inserts rows in their order and answers the keys of those that are new; what was there before stays as it is.
pub(super) async fn insert_new<A, K, const N: usize>(
    conn: &impl ConnectionTrait,
    rows: Vec<A>,
    mut conflict: OnConflict,
    key: [<A::Entity as EntityTrait>::Column; N],
) -> Result<HashSet<K>, DbErr>
where
    A: ActiveModelTrait,
    K: TryGetableMany + Eq + Hash,
{
    if rows.is_empty() {
        return Ok(HashSet::new());
    }
    let mut insert = A::Entity::insert_many(rows)
        .on_conflict(conflict.do_nothing().to_owned())
        .into_query();
    insert.returning(Query::returning().columns(key));
    let names = key.map(|column| column.as_str().to_owned());
    conn.query_all(&insert)
        .await?
        .iter()
        .map(|row| Ok(K::try_get_many(row, "", &names)?))
        .collect()
}

/// The same for rows of which none was there a moment ago. SQLite has one writer, so they are new: it need not hand
/// every key back from its thread to ours. Another node of PostgreSQL may have been faster.
pub(super) async fn insert_unknown<A, K>(
    conn: &impl ConnectionTrait,
    rows: Vec<(K, A)>,
    key: [<A::Entity as EntityTrait>::Column; 2],
) -> Result<HashSet<K>, DbErr>
where
    A: ActiveModelTrait,
    K: TryGetableMany + Eq + Hash,
{
    let (keys, rows): (Vec<K>, Vec<A>) = rows.into_iter().unzip();
    if conn.get_database_backend() != DatabaseBackend::Sqlite {
        return insert_new(conn, rows, OnConflict::columns(key), key).await;
    }
    if !rows.is_empty() {
        A::Entity::insert_many(rows)
            .exec_without_returning(conn)
            .await?;
    }
    Ok(keys.into_iter().collect())
}

/// Those that were there before.
pub(super) async fn stored<E: EntityTrait, Id: Into<Value>>(
    conn: &impl ConnectionTrait,
    wanted: impl Iterator<Item = (&OdsCode, Id)>,
    key: [E::Column; 2],
) -> Result<Vec<E::Model>, DbErr> {
    let wanted: Vec<[Value; 2]> = wanted
        .map(|(practice, id)| [practice.clone().into(), id.into()])
        .collect();
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    keyed::among(E::find(), key, wanted).all(conn).await
}
