//! What contacts, voids and ticks have in common: rows as sent, once.

use std::{
    collections::{BTreeMap, HashSet},
    hash::Hash,
};

use entity::ids::OdsCode;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IdenStatic, QueryFilter,
    QueryTrait, TryGetableMany, Value,
    sea_query::{OnConflict, Query},
};

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

/// Those that were there before, one statement a practice.
pub(super) async fn stored<E: EntityTrait, Id: Into<Value>>(
    conn: &impl ConnectionTrait,
    wanted: impl Iterator<Item = (&OdsCode, Id)>,
    [practice, id]: [E::Column; 2],
) -> Result<Vec<E::Model>, DbErr> {
    let mut by_practice: BTreeMap<OdsCode, Vec<Id>> = BTreeMap::new();
    for (of, id) in wanted {
        by_practice.entry(of.clone()).or_default().push(id);
    }
    let mut found = Vec::new();
    for (of, ids) in by_practice {
        let rows = E::find().filter(practice.eq(of)).filter(id.is_in(ids));
        found.extend(rows.all(conn).await?);
    }
    Ok(found)
}
