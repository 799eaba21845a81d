//! Contacts, voids and tallies: the hot path writes groups, everything else reads sums.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::{DateTime, Utc};
use entity::{
    contact, contact_void,
    ids::{ClinicianId, ContactId, LocalDate, OdsCode},
    tally,
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryTrait,
    sea_query::{Expr, ExprTrait, OnConflict, Query, ReturningClause},
};

use crate::domain::contact::{self as rules, CountOp, NewContact, NewVoid, Outcome, Source};

type Key = (OdsCode, ContactId);
type TallyKey = (OdsCode, ClinicianId, LocalDate, String);

/// Appends contacts and voids, and keeps the tallies equal to what counts, in the caller's transaction.
///
/// A contact counts when it exists and no void of the same clinician names it, in whichever order they arrive. The
/// answer has one outcome per operation, in order. Three to five statements for any number of operations.
pub async fn append(
    conn: &impl ConnectionTrait,
    ops: &[&CountOp],
    now: DateTime<Utc>,
) -> Result<Vec<Outcome>, DbErr> {
    let mut first: HashMap<Key, &NewContact> = HashMap::new();
    let mut voids: HashMap<Key, &NewVoid> = HashMap::new();
    for op in ops {
        match op {
            CountOp::Contact(contact) => {
                first
                    .entry((contact.practice.clone(), contact.id))
                    .or_insert(contact);
            }
            CountOp::Void(void) => {
                voids
                    .entry((void.practice.clone(), void.contact))
                    .or_insert(void);
            }
        }
    }
    let fresh = insert_contacts(conn, first.values().copied(), now).await?;
    let known = stored(
        conn,
        first
            .keys()
            .chain(voids.keys())
            .filter(|key| !fresh.contains(key)),
    )
    .await?;
    let fresh_voids = insert_voids(conn, voids.values().copied(), now).await?;
    let older_voids = voided(conn, fresh.iter().filter(|key| !fresh_voids.contains(*key))).await?;

    let mut deltas: BTreeMap<TallyKey, i64> = BTreeMap::new();
    let mut add = |practice: &OdsCode, clinician, day, kind: String, n: i64| {
        let sum = deltas
            .entry((practice.clone(), clinician, day, kind))
            .or_default();
        *sum = sum.saturating_add(n);
    };
    for (key, contact) in first.iter().filter(|(key, _)| fresh.contains(*key)) {
        let kind = rules::tally_kind(contact.kind, contact.complex);
        let voided_before = older_voids.contains(&(key.clone(), contact.clinician));
        let voided_now = fresh_voids.contains(key)
            && voids
                .get(key)
                .is_some_and(|void| void.clinician == contact.clinician);
        // A tally row is made even for nothing, so that a day on which all was undone still reads as counted.
        add(
            &contact.practice,
            contact.clinician,
            contact.day,
            kind,
            i64::from(!voided_before && !voided_now),
        );
    }
    for (key, row) in &known {
        let counts = voids
            .get(key)
            .is_some_and(|void| void.clinician == row.clinician);
        if fresh_voids.contains(key) && counts {
            let kind = if row.complex {
                format!("{}-complex", row.kind)
            } else {
                row.kind.clone()
            };
            add(&row.practice, row.clinician, row.day, kind, -1);
        }
    }
    add_to_tallies(conn, deltas).await?;
    Ok(outcomes(ops, &first, &fresh, &known, &fresh_voids))
}

fn outcomes(
    ops: &[&CountOp],
    first: &HashMap<Key, &NewContact>,
    fresh: &HashSet<Key>,
    known: &HashMap<Key, contact::Model>,
    fresh_voids: &HashSet<Key>,
) -> Vec<Outcome> {
    let mut answered: HashSet<(bool, Key)> = HashSet::new();
    ops.iter()
        .map(|op| match op {
            CountOp::Contact(contact) => {
                let key = (contact.practice.clone(), contact.id);
                let is_first = answered.insert((true, key.clone()));
                if fresh.contains(&key) {
                    match first.get(&key) {
                        _ if is_first => Outcome::Recorded,
                        Some(stored) if same(contact, stored) => Outcome::Repeat,
                        _ => Outcome::IdReused,
                    }
                } else {
                    match known.get(&key) {
                        Some(row) if same_as_row(contact, row) => Outcome::Repeat,
                        _ => Outcome::IdReused,
                    }
                }
            }
            CountOp::Void(void) => {
                let key = (void.practice.clone(), void.contact);
                let is_first = answered.insert((false, key.clone()));
                if is_first && fresh_voids.contains(&key) {
                    Outcome::Recorded
                } else {
                    Outcome::Repeat
                }
            }
        })
        .collect()
}

fn same(sent: &NewContact, stored: &NewContact) -> bool {
    sent.clinician == stored.clinician
        && sent.kind == stored.kind
        && sent.complex == stored.complex
        && (!sent.time_given || sent.occurred_at == stored.occurred_at)
}

fn same_as_row(sent: &NewContact, row: &contact::Model) -> bool {
    sent.clinician == row.clinician
        && sent.kind.code() == row.kind
        && sent.complex == row.complex
        && (!sent.time_given || sent.occurred_at == row.occurred_at)
}

async fn insert_contacts(
    conn: &impl ConnectionTrait,
    contacts: impl Iterator<Item = &NewContact>,
    now: DateTime<Utc>,
) -> Result<HashSet<Key>, DbErr> {
    let rows: Vec<contact::ActiveModel> = contacts
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
    keys(conn, &insert, "id").await
}

/// At most one void a contact: a second one, under whatever id, is a repeat.
async fn insert_voids(
    conn: &impl ConnectionTrait,
    voids: impl Iterator<Item = &NewVoid>,
    now: DateTime<Utc>,
) -> Result<HashSet<Key>, DbErr> {
    let rows: Vec<contact_void::ActiveModel> = voids
        .map(|void| contact_void::ActiveModel {
            practice: Set(void.practice.clone()),
            id: Set(void.id),
            contact: Set(void.contact),
            clinician: Set(void.clinician),
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
        contact_void::Column::Contact,
    ]));
    keys(conn, &insert, "contact").await
}

fn returning<C: sea_orm::sea_query::IntoColumnRef, const N: usize>(
    columns: [C; N],
) -> ReturningClause {
    Query::returning().columns(columns)
}

async fn keys(
    conn: &impl ConnectionTrait,
    insert: &sea_orm::sea_query::InsertStatement,
    id: &str,
) -> Result<HashSet<Key>, DbErr> {
    conn.query_all(insert)
        .await?
        .iter()
        .map(|row| Ok((row.try_get("", "practice")?, row.try_get("", id)?)))
        .collect()
}

async fn stored(
    conn: &impl ConnectionTrait,
    wanted: impl Iterator<Item = &Key>,
) -> Result<HashMap<Key, contact::Model>, DbErr> {
    let mut found = HashMap::new();
    for (practice, ids) in by_practice(wanted) {
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

/// Which of these contacts were voided before they arrived, and by whom. One statement for all practices: the ids of
/// contacts are unique enough to find them, and the practice is compared afterwards.
async fn voided(
    conn: &impl ConnectionTrait,
    wanted: impl Iterator<Item = &Key>,
) -> Result<HashSet<(Key, ClinicianId)>, DbErr> {
    let wanted: Vec<&Key> = wanted.collect();
    if wanted.is_empty() {
        return Ok(HashSet::new());
    }
    let pairs = wanted
        .iter()
        .map(|(practice, id)| Expr::tuple([Expr::val(practice.clone()), Expr::val(*id)]));
    let rows = contact_void::Entity::find()
        .filter(
            Expr::tuple([
                Expr::col(contact_void::Column::Practice),
                Expr::col(contact_void::Column::Contact),
            ])
            .is_in(pairs),
        )
        .all(conn)
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| ((row.practice, row.contact), row.clinician))
        .collect())
}

fn by_practice<'a>(keys: impl Iterator<Item = &'a Key>) -> BTreeMap<OdsCode, Vec<ContactId>> {
    let mut grouped: BTreeMap<OdsCode, Vec<ContactId>> = BTreeMap::new();
    for (practice, id) in keys {
        grouped.entry(practice.clone()).or_default().push(*id);
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
        .map(|((practice, clinician, day, kind), n)| tally::ActiveModel {
            practice: Set(practice),
            clinician: Set(clinician),
            day: Set(day),
            source: Set(Source::Taps.code().to_owned()),
            kind: Set(kind),
            n: Set(n),
        });
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
