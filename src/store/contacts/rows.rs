//! What contacts, voids and ticks have in common: rows as sent, once.

use std::{collections::HashSet, hash::Hash};

use entity::ids::OdsCode;
use sea_orm::{
    ActiveModelTrait, ConnectionTrait, DatabaseBackend, DbErr, EntityTrait, IdenStatic, QueryTrait,
    TryGetableMany, Value,
    sea_query::{OnConflict, Query},
};

use crate::store::keyed;

/// Rows of one statement. Groups come in every size, and each size of a statement is one to prepare and to keep.
pub(super) const TOGETHER: usize = 64;

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
    let names = key.map(|column| column.as_str().to_owned());
    let mut fresh = HashSet::new();
    for rows in in_statements(rows) {
        let mut insert = A::Entity::insert_many(rows)
            .on_conflict(conflict.do_nothing().to_owned())
            .into_query();
        insert.returning(Query::returning().columns(key));
        for row in &conn.query_all(&insert).await? {
            fresh.insert(K::try_get_many(row, "", &names)?);
        }
    }
    Ok(fresh)
}

/// In their order, [`TOGETHER`] at a time.
pub(super) fn in_statements<R>(rows: Vec<R>) -> impl Iterator<Item = Vec<R>> {
    let mut rows = rows.into_iter();
    std::iter::from_fn(move || {
        let next: Vec<R> = rows.by_ref().take(TOGETHER).collect();
        (!next.is_empty()).then_some(next)
    })
}

/// The same; on SQLite for rows of which none was there a moment ago. It has one writer, so they are new, and it need not
/// hand every key back from its thread to ours. PostgreSQL says of each row whether it is new: another node may have been
/// faster.
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
    for rows in in_statements(rows) {
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
