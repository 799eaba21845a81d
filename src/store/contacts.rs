//! Contacts, voids and tallies: the hot path writes groups, everything else reads sums.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use chrono::{DateTime, Utc};
use entity::{
    clinician, contact, contact_void,
    ids::{ClinicianId, ContactId, LocalDate, OdsCode, RowId, VoidId},
    tally,
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DatabaseBackend, DbErr, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect, QueryTrait,
    sea_query::{Expr, ExprTrait, OnConflict, Query, ReturningClause},
};

use self::group::Group;
use super::keyed;
use crate::domain::contact::{CountOp, NewContact, NewVoid, Outcome};

mod group;
mod ticks;

type Key = (OdsCode, ContactId);
type VoidKey = (OdsCode, VoidId, ContactId, ClinicianId);
type TickKey = (OdsCode, RowId);
type TallyKey = (OdsCode, ClinicianId, LocalDate, &'static str, String);

/// Appends contacts, voids and ticks, and keeps the tallies equal to what counts, in the caller's transaction.
///
/// A contact counts when it exists and no void of the same clinician names it, in whichever order they arrive. The
/// answer has one outcome per operation, in order. Three to six statements for any number of operations.
pub async fn append(
    conn: &impl ConnectionTrait,
    ops: &[&CountOp],
    now: DateTime<Utc>,
) -> Result<Vec<Outcome>, DbErr> {
    let mut group = Group::of(ops);
    if !group.voids.is_empty() {
        wait_for_other_nodes(conn, ops).await?;
    }
    group.fresh = insert_contacts(conn, group.contacts.values().copied(), now).await?;
    let named: HashSet<Key> = group
        .voids
        .values()
        .map(|void| (void.practice.clone(), void.contact))
        .chain(group.contacts.keys().cloned())
        .collect();
    group.known = stored(conn, named.difference(&group.fresh)).await?;
    group.fresh_voids = insert_voids(conn, group.voids.values().copied(), now).await?;
    let old_voids = group.voids.keys();
    let old_voids = old_voids.filter(|key| !group.fresh_voids.contains(*key));
    group.known_voids = stored_voids(conn, old_voids).await?;
    group.fresh_ticks = ticks::insert(conn, group.ticks.values().copied(), now).await?;
    let old_ticks = group.ticks.keys();
    let old_ticks = old_ticks.filter(|key| !group.fresh_ticks.contains(*key));
    group.known_ticks = ticks::stored(conn, old_ticks).await?;
    let voided = voided(conn, group.fresh.iter()).await?;
    add_to_tallies(conn, group.deltas(&voided)).await?;
    Ok(group.outcomes(ops))
}

/// A contact and its void may reach two PostgreSQL nodes at once, and neither would see the other's row: the tally
/// would count what is undone. A contact's foreign key holds its clinician's row shared until COMMIT; a group with voids
/// takes the rows of its clinicians alone, so that one of the two comes second and sees the first.
async fn wait_for_other_nodes(conn: &impl ConnectionTrait, ops: &[&CountOp]) -> Result<(), DbErr> {
    if conn.get_database_backend() != DatabaseBackend::Postgres {
        return Ok(());
    }
    let clinicians: BTreeSet<_> = ops
        .iter()
        .map(|op| (op.practice(), op.clinician()))
        .collect();
    let pairs = clinicians.into_iter().map(|(practice, clinician)| {
        Expr::tuple([Expr::val(practice.clone()), Expr::val(clinician)])
    });
    let key = [clinician::Column::Practice, clinician::Column::Id];
    clinician::Entity::find()
        .select_only()
        .columns(key)
        .filter(Expr::tuple(key.map(Expr::col)).is_in(pairs))
        .order_by_asc(clinician::Column::Practice)
        .order_by_asc(clinician::Column::Id)
        .lock_exclusive()
        .into_tuple::<(OdsCode, ClinicianId)>()
        .all(conn)
        .await?;
    Ok(())
}

/// Sorted by clinician, so that two nodes ask for the same rows in the same order.
async fn insert_contacts(
    conn: &impl ConnectionTrait,
    contacts: impl Iterator<Item = &NewContact>,
    now: DateTime<Utc>,
) -> Result<HashSet<Key>, DbErr> {
    let mut contacts: Vec<&NewContact> = contacts.collect();
    contacts.sort_unstable_by_key(|contact| (&contact.practice, contact.clinician, contact.id));
    let rows: Vec<contact::ActiveModel> = contacts
        .into_iter()
        .map(|contact| contact::ActiveModel {
            practice: Set(contact.practice.clone()),
            id: Set(contact.id),
            clinician: Set(contact.clinician),
            day: Set(contact.day),
            occurred_at: Set(contact.occurred_at),
            recorded_at: Set(now),
            kind: Set(contact.kind.code().to_owned()),
            complex: Set(contact.complex),
            entered: Set(contact.entered.code().to_owned()),
            recorded_by: Set(contact.recorded_by),
            clock_off: Set(contact.clock_off),
        })
        .collect();
    if rows.is_empty() {
        return Ok(HashSet::new());
    }
    let mut insert = contact::Entity::insert_many(rows)
        .on_conflict(
            OnConflict::columns([contact::Column::Practice, contact::Column::Id])
                .do_nothing()
                .to_owned(),
        )
        .into_query();
    insert.returning(returning([contact::Column::Practice, contact::Column::Id]));
    conn.query_all(&insert)
        .await?
        .iter()
        .map(|row| Ok((row.try_get("", "practice")?, row.try_get("", "id")?)))
        .collect()
}

/// At most one void a contact and clinician: a second one, under whatever id, is a repeat.
async fn insert_voids(
    conn: &impl ConnectionTrait,
    voids: impl Iterator<Item = &NewVoid>,
    now: DateTime<Utc>,
) -> Result<HashSet<VoidKey>, DbErr> {
    let rows: Vec<contact_void::ActiveModel> = voids
        .map(|void| contact_void::ActiveModel {
            practice: Set(void.practice.clone()),
            id: Set(void.id),
            contact: Set(void.contact),
            clinician: Set(void.clinician),
            reason: Set(void.reason.map(|reason| reason.code().to_owned())),
            recorded_at: Set(now),
            recorded_by: Set(void.recorded_by),
        })
        .collect();
    if rows.is_empty() {
        return Ok(HashSet::new());
    }
    let mut insert = contact_void::Entity::insert_many(rows)
        .on_conflict(OnConflict::new().do_nothing().to_owned())
        .into_query();
    insert.returning(returning([
        contact_void::Column::Practice,
        contact_void::Column::Id,
        contact_void::Column::Contact,
        contact_void::Column::Clinician,
    ]));
    conn.query_all(&insert)
        .await?
        .iter()
        .map(|row| {
            Ok((
                row.try_get("", "practice")?,
                row.try_get("", "id")?,
                row.try_get("", "contact")?,
                row.try_get("", "clinician")?,
            ))
        })
        .collect()
}

fn returning<C: sea_orm::sea_query::IntoColumnRef, const N: usize>(
    columns: [C; N],
) -> ReturningClause {
    Query::returning().columns(columns)
}

async fn stored(
    conn: &impl ConnectionTrait,
    wanted: impl Iterator<Item = &Key>,
) -> Result<HashMap<Key, contact::Model>, DbErr> {
    let mut found = HashMap::new();
    for (practice, ids) in by_practice(wanted.map(|(practice, id)| (practice, *id))) {
        let rows = contact::Entity::find()
            .filter(contact::Column::Practice.eq(practice))
            .filter(contact::Column::Id.is_in(ids))
            .all(conn)
            .await?;
        found.extend(
            rows.into_iter()
                .map(|row| ((row.practice.clone(), row.id), row)),
        );
    }
    Ok(found)
}

async fn stored_voids(
    conn: &impl ConnectionTrait,
    wanted: impl Iterator<Item = &VoidKey>,
) -> Result<HashMap<(OdsCode, VoidId), contact_void::Model>, DbErr> {
    let mut found = HashMap::new();
    for (practice, ids) in by_practice(wanted.map(|(practice, id, ..)| (practice, *id))) {
        let rows = contact_void::Entity::find()
            .filter(contact_void::Column::Practice.eq(practice))
            .filter(contact_void::Column::Id.is_in(ids))
            .all(conn)
            .await?;
        found.extend(
            rows.into_iter()
                .map(|row| ((row.practice.clone(), row.id), row)),
        );
    }
    Ok(found)
}

/// Which of these contacts are voided, and by whom. One statement for all practices.
async fn voided(
    conn: &impl ConnectionTrait,
    wanted: impl Iterator<Item = &Key>,
) -> Result<HashSet<(Key, ClinicianId)>, DbErr> {
    let wanted: Vec<&Key> = wanted.collect();
    if wanted.is_empty() {
        return Ok(HashSet::new());
    }
    let key = [
        contact_void::Column::Practice,
        contact_void::Column::Contact,
    ];
    let wanted = wanted
        .into_iter()
        .map(|(practice, id)| [practice.clone().into(), (*id).into()]);
    let rows = keyed::among(contact_void::Entity::find(), key, wanted)
        .all(conn)
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| ((row.practice, row.contact), row.clinician))
        .collect())
}

fn by_practice<'a, Id>(
    keys: impl Iterator<Item = (&'a OdsCode, Id)>,
) -> BTreeMap<OdsCode, Vec<Id>> {
    let mut grouped: BTreeMap<OdsCode, Vec<Id>> = BTreeMap::new();
    for (practice, id) in keys {
        grouped.entry(practice.clone()).or_default().push(id);
    }
    grouped
}

/// Sorted by key, so that two groups on two nodes lock rows in the same order.
async fn add_to_tallies(
    conn: &impl ConnectionTrait,
    deltas: BTreeMap<TallyKey, i64>,
) -> Result<(), DbErr> {
    if deltas.is_empty() {
        return Ok(());
    }
    let rows = deltas
        .into_iter()
        .map(
            |((practice, clinician, day, source, kind), n)| tally::ActiveModel {
                practice: Set(practice),
                clinician: Set(clinician),
                day: Set(day),
                source: Set(source.to_owned()),
                kind: Set(kind),
                n: Set(n),
            },
        );
    tally::Entity::insert_many(rows)
        .on_conflict(
            OnConflict::columns([
                tally::Column::Practice,
                tally::Column::Clinician,
                tally::Column::Day,
                tally::Column::Source,
                tally::Column::Kind,
            ])
            .value(
                tally::Column::N,
                Expr::col((tally::Entity, tally::Column::N))
                    .add(Expr::col(("excluded", tally::Column::N))),
            )
            .to_owned(),
        )
        .exec_without_returning(conn)
        .await?;
    Ok(())
}
