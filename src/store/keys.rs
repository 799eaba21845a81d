//! Fingerprints of supplied keys: a node with another key than the first is refused.

use entity::key_fingerprint;
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter};

use crate::domain::digest::hex;

/// The key of the noise of releases.
pub const NOISE: &str = "noise";
/// Before the number of a master key.
const MASTER: &str = "master-";

fn fingerprint(name: &str, key: &[u8; 32]) -> String {
    hex(&[b"headroom key fingerprint", name.as_bytes(), key])
}

/// Notes the fingerprint of a key the first time it is used, and says afterwards whether it is still the same key.
pub async fn is_the_same(conn: &impl ConnectionTrait, name: &str, key: &[u8; 32]) -> Result<bool, DbErr> {
    note(conn, name.to_owned(), fingerprint(name, key)).await
}

/// Whether a key of this name was ever used.
pub async fn is_known(conn: &impl ConnectionTrait, name: &str) -> Result<bool, DbErr> {
    let stored = key_fingerprint::Entity::find_by_id(name.to_owned()).one(conn).await?;
    Ok(stored.is_some())
}

/// Whether a key is another than the one that is known; one that was never used is none.
pub async fn differs(conn: &impl ConnectionTrait, name: &str, key: &[u8; 32]) -> Result<bool, DbErr> {
    let stored = key_fingerprint::Entity::find_by_id(name.to_owned()).one(conn).await?;
    Ok(stored.is_some_and(|row| row.fingerprint != fingerprint(name, key)))
}

async fn note(conn: &impl ConnectionTrait, name: String, fingerprint: String) -> Result<bool, DbErr> {
    key_fingerprint::Entity::insert(key_fingerprint::ActiveModel {
        name: Set(name.clone()),
        fingerprint: Set(fingerprint.clone()),
    })
    .on_conflict_do_nothing_on([key_fingerprint::Column::Name])
    .exec_without_returning(conn)
    .await?;
    let stored = key_fingerprint::Entity::find_by_id(name).one(conn).await?;
    Ok(stored.is_some_and(|row| row.fingerprint == fingerprint))
}

/// What became of a node's master keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Masters {
    /// They are those of this database.
    Right,
    /// The newest is new, and takes the place of the one before it, which is here too.
    Replaced {
        /// Its number.
        number: usize,
    },
    /// The key that this database was last used with is not among them.
    Wrong,
}

/// The fingerprints of master keys, in the order in which they were first used.
pub async fn masters(conn: &impl ConnectionTrait) -> Result<Vec<String>, DbErr> {
    let rows =
        key_fingerprint::Entity::find().filter(key_fingerprint::Column::Name.starts_with(MASTER)).all(conn).await?;
    let mut numbered: Vec<(usize, String)> = rows
        .into_iter()
        .filter_map(|row| {
            let number = row.name.strip_prefix(MASTER)?.parse().ok()?;
            Some((number, row.fingerprint))
        })
        .collect();
    numbered.sort();
    Ok(numbered.into_iter().map(|(_, fingerprint)| fingerprint).collect())
}

/// Whether the fingerprints of a node's master keys, the newest first, are those that are known.
pub fn are_right(known: &[String], here: &[String]) -> bool {
    known.last().is_none_or(|current| here.contains(current))
}

/// Takes a node's master keys, the newest first. Whoever holds the key in use may put a newer one before it; whoever does
/// not has the wrong keys.
pub async fn take_masters(conn: &impl ConnectionTrait, here: &[String]) -> Result<Masters, DbErr> {
    let known = masters(conn).await?;
    let Some(newest) = here.first().filter(|_| are_right(&known, here)) else {
        return Ok(Masters::Wrong);
    };
    // A node that is yet to be given the newest key, or was given it before its turn, changes nothing.
    if known.contains(newest) {
        return Ok(Masters::Right);
    }
    let number = known.len().saturating_add(1);
    // Of two nodes that come with different keys at once the second is refused.
    match note(conn, format!("{MASTER}{number}"), newest.clone()).await? {
        false => Ok(Masters::Wrong),
        true if number == 1 => Ok(Masters::Right),
        true => Ok(Masters::Replaced { number }),
    }
}
