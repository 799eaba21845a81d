//! What contacts, voids and tally marks have in common: rows as sent, once.

use std::{collections::HashSet, hash::Hash};

use chrono::{DateTime, Utc};
use entity::{contact, contact_void, ids::OdsCode, tick};
use sea_orm::{
    ActiveModelTrait, ConnectionTrait, DatabaseBackend, DbErr, EntityTrait, IdenStatic, QueryTrait, SqlErr,
    TryGetableMany, Value,
    sea_query::{OnConflict, Query},
};

use crate::{
    domain::{
        contact::{NewContact, NewVoid},
        work::TallyMark,
    },
    store::{keyed, tally_owners},
};

/// Rows of one statement. Groups come in every size, and each size of a statement is one to prepare and to keep.
pub(super) const TOGETHER: usize = 64;

/// A contact as it is stored.
pub(super) fn contact(sent: &NewContact, now: DateTime<Utc>) -> contact::Model {
    contact::Model {
        practice: sent.practice.clone(),
        id: sent.id,
        clinician: sent.clinician,
        day: sent.day,
        occurred_at: sent.occurred_at,
        recorded_at: now,
        kind: sent.kind.code().to_owned(),
        complex: sent.complex,
        entered: sent.entered.code().to_owned(),
        recorded_by: sent.recorded_by,
        clock_off: sent.clock_off,
    }
}

/// A void as it is stored.
pub(super) fn void(sent: &NewVoid, now: DateTime<Utc>) -> contact_void::Model {
    contact_void::Model {
        practice: sent.practice.clone(),
        id: sent.id,
        contact: sent.contact,
        clinician: sent.clinician,
        reason: sent.reason.map(|reason| reason.code().to_owned()),
        recorded_at: now,
        recorded_by: sent.recorded_by,
    }
}

/// A tally mark as it is stored.
pub(super) fn tally_mark(sent: &TallyMark, now: DateTime<Utc>) -> tick::Model {
    tick::Model {
        practice: sent.practice.clone(),
        id: sent.id,
        clinician: tally_owners::of(sent.sheet),
        day: sent.day,
        source: sent.sheet.code().to_owned(),
        kind: sent.kind.clone(),
        n: sent.n,
        recorded_at: now,
        recorded_by: sent.recorded_by,
    }
}

/// Inserts rows in their order and answers the keys of those that are new; what was there before stays as it is.
///
/// On SQLite a statement first goes without asking which rows are new: nearly always all are, and no key need come back from
/// SQLite's thread. Where one is not, the statement alone is undone, and goes again with the question. PostgreSQL would undo
/// the whole transaction.
pub(super) async fn insert_new<A, K, const N: usize>(
    conn: &impl ConnectionTrait,
    rows: Vec<(K, A)>,
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
        let (keys, rows): (Vec<K>, Vec<A>) = rows.into_iter().unzip();
        let mut insert = A::Entity::insert_many(rows).into_query();
        if conn.get_database_backend() == DatabaseBackend::Sqlite {
            match conn.execute(&insert).await {
                Ok(_) => {
                    fresh.extend(keys);
                    continue;
                }
                Err(error) if is_there_already(&error) => {}
                Err(error) => return Err(error),
            }
        }
        insert.on_conflict(conflict.do_nothing().to_owned()).returning(Query::returning().columns(key));
        for row in &conn.query_all(&insert).await? {
            fresh.insert(K::try_get_many(row, "", &names)?);
        }
    }
    Ok(fresh)
}

fn is_there_already(error: &DbErr) -> bool {
    matches!(error.sql_err(), Some(SqlErr::UniqueConstraintViolation(_)))
}

/// In their order, [`TOGETHER`] at a time.
pub(super) fn in_statements<R>(rows: Vec<R>) -> impl Iterator<Item = Vec<R>> {
    let mut rows = rows.into_iter();
    std::iter::from_fn(move || {
        let next: Vec<R> = rows.by_ref().take(TOGETHER).collect();
        (!next.is_empty()).then_some(next)
    })
}

/// Those that were there before.
pub(super) async fn stored<E: EntityTrait, Id: Into<Value>>(
    conn: &impl ConnectionTrait,
    wanted: impl Iterator<Item = (&OdsCode, Id)>,
    key: [E::Column; 2],
) -> Result<Vec<E::Model>, DbErr> {
    let wanted: Vec<[Value; 2]> = wanted.map(|(practice, id)| [practice.clone().into(), id.into()]).collect();
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    keyed::among(E::find(), key, wanted).all(conn).await
}
