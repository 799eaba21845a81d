//! Fingerprints of supplied keys: a node with another key than the first is refused.

use entity::key_fingerprint;
use sea_orm::{ActiveValue::Set, ConnectionTrait, DbErr, EntityTrait};

use crate::domain::digest::hex;

/// Notes the fingerprint of a key the first time it is used, and says afterwards whether it is still the same key.
pub async fn is_the_same(
    conn: &impl ConnectionTrait,
    name: &str,
    key: &[u8; 32],
) -> Result<bool, DbErr> {
    let fingerprint = hex(&[b"headroom key fingerprint", name.as_bytes(), key]);
    key_fingerprint::Entity::insert(key_fingerprint::ActiveModel {
        name: Set(name.to_owned()),
        fingerprint: Set(fingerprint.clone()),
    })
    .on_conflict_do_nothing_on([key_fingerprint::Column::Name])
    .exec_without_returning(conn)
    .await?;
    let stored = key_fingerprint::Entity::find_by_id(name.to_owned())
        .one(conn)
        .await?;
    Ok(stored.is_some_and(|row| row.fingerprint == fingerprint))
}
