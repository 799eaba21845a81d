//! Contacts that are there already, and the voids of them.

use std::{
    collections::{HashMap, HashSet},
    hash::Hash,
};

use entity::{contact, contact_void, ids::ClinicianId};
use sea_orm::{ConnectionTrait, DbErr, EntityTrait};

use super::{keys::Key, rows};
use crate::store::keyed;

/// By what a contact is told apart.
pub(super) const KEY: [contact::Column; 2] = [contact::Column::Practice, contact::Column::Id];

/// Contacts that were recorded before.
pub(super) async fn known(
    conn: &impl ConnectionTrait,
    wanted: impl Iterator<Item = &Key>,
) -> Result<HashMap<Key, contact::Model>, DbErr> {
    let wanted = wanted.map(|(practice, id)| (practice, *id));
    let rows = rows::stored::<contact::Entity, _>(conn, wanted, KEY).await?;
    Ok(by_key(rows, |row| (row.practice.clone(), row.id)))
}

/// Which of these contacts are voided, and by whom. One statement for all practices.
pub(super) async fn voided(
    conn: &impl ConnectionTrait,
    wanted: impl Iterator<Item = &Key>,
) -> Result<HashSet<(Key, ClinicianId)>, DbErr> {
    let wanted: Vec<&Key> = wanted.collect();
    if wanted.is_empty() {
        return Ok(HashSet::new());
    }
    let key = [contact_void::Column::Practice, contact_void::Column::Contact];
    let wanted = wanted.into_iter().map(|(practice, id)| [practice.clone().into(), (*id).into()]);
    let rows = keyed::among(contact_void::Entity::find(), key, wanted).all(conn).await?;
    Ok(rows.into_iter().map(|row| ((row.practice, row.contact), row.clinician)).collect())
}

pub(super) fn by_key<K: Eq + Hash, R>(rows: Vec<R>, key: impl Fn(&R) -> K) -> HashMap<K, R> {
    rows.into_iter().map(|row| (key(&row), row)).collect()
}
