//! Contacts, voids and tallies: the hot path writes groups, everything else reads sums.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use entity::contact_void;
use sea_orm::{ActiveModelTrait, ConnectionTrait, DbErr, IntoActiveModel, sea_query::OnConflict};

pub(in crate::store) use self::entries::rows_of_days;
pub use self::room::Remembered;
use self::{
    group::{Group, void_key},
    keys::{Key, VoidKey},
    recorded::{KEY, by_key, known, voided},
};
use super::digests;
use crate::domain::contact::{CountOp, NewContact, NewVoid, StepOutcome};

mod entries;
pub(in crate::store) mod erased;
pub(in crate::store) mod first_and_last;
mod group;
mod keys;
mod locks;
mod recorded;
mod room;
mod rows;
mod tallies;
mod tally_marks;

/// Appends contacts, voids and tally marks, and keeps the tallies equal to what counts, in the caller's transaction.
///
/// A contact counts when it exists and no void of the same clinician names it, in whichever order they arrive. What a day
/// has no room for is refused. The answer has one outcome per operation, in order. Four to ten statements for any number
/// of operations.
pub async fn append(
    conn: &impl ConnectionTrait,
    ops: &[&CountOp],
    now: DateTime<Utc>,
    remembered: &Remembered,
) -> Result<Vec<StepOutcome>, DbErr> {
    let mut group = Group::of(ops);
    locks::wait_for_other_nodes(conn, ops).await?;
    // A void takes from a tally only what was recorded before its group.
    let named = group.voids.values();
    let named = named.map(|void| (void.practice.clone(), void.contact));
    let named: HashSet<Key> = named.collect();
    group.known = known(conn, named.iter()).await?;
    room::admit(conn, &mut group, ops, remembered).await?;
    entries::admit(conn, &mut group, ops, now).await?;
    erased::admit(conn, &mut group, ops, now).await?;
    let contacts = group.contacts.iter();
    let unknown = contacts.filter(|(key, _)| group.is_open(key));
    let unknown = unknown.map(|(_, contact)| *contact).collect();
    group.fresh = insert_contacts(conn, unknown, now).await?;
    remembered.add(&group);
    let before = group.contacts.keys();
    let before = before.filter(|key| !group.fresh.contains(*key) && group.is_open(key));
    let found = known(conn, before).await?;
    group.known.extend(found);
    let voids = group.voids.iter();
    let voids = voids.filter(|(key, _)| !group.refused_voids.contains_key(*key));
    group.fresh_voids = insert_voids(conn, voids.map(|(_, void)| *void), now).await?;
    let old_voids = group.voids.keys();
    let old_voids =
        old_voids.filter(|key| !group.fresh_voids.contains(*key) && !group.refused_voids.contains_key(*key));
    let key = [contact_void::Column::Practice, contact_void::Column::Id];
    let old_voids = old_voids.map(|(practice, id, ..)| (practice, *id));
    let known = rows::stored::<contact_void::Entity, _>(conn, old_voids, key).await?;
    group.known_voids = by_key(known, |row| (row.practice.clone(), row.id));
    tally_marks::append(conn, &mut group, now).await?;
    let voided = voided(conn, group.fresh.iter()).await?;
    tallies::add_to_tallies(conn, group.deltas(&voided)).await?;
    tallies::read_again(conn, &group).await?;
    entries::note(conn, &group, &voided, now).await?;
    digests::add(conn, group.sums(now)).await?;
    Ok(group.outcomes(ops))
}

/// Sorted by clinician, so that two nodes ask for the same rows in the same order.
async fn insert_contacts(
    conn: &impl ConnectionTrait,
    mut contacts: Vec<&NewContact>,
    now: DateTime<Utc>,
) -> Result<HashSet<Key>, DbErr> {
    contacts.sort_unstable_by_key(|contact| (&contact.practice, contact.clinician, contact.id));
    let rows = contacts.into_iter();
    let rows = rows.map(|contact| {
        let row = rows::contact(contact, now).into_active_model().reset_all();
        ((contact.practice.clone(), contact.id), row)
    });
    rows::insert_new(conn, rows.collect(), OnConflict::columns(KEY), KEY).await
}

/// At most one void a contact and clinician: a second one, under whatever id, is a repeat.
async fn insert_voids(
    conn: &impl ConnectionTrait,
    voids: impl Iterator<Item = &NewVoid>,
    now: DateTime<Utc>,
) -> Result<HashSet<VoidKey>, DbErr> {
    let rows = voids.map(|void| {
        let row = rows::void(void, now).into_active_model().reset_all();
        (void_key(void), row)
    });
    let key = [
        contact_void::Column::Practice,
        contact_void::Column::Id,
        contact_void::Column::Contact,
        contact_void::Column::Clinician,
    ];
    rows::insert_new(conn, rows.collect(), OnConflict::new(), key).await
}
