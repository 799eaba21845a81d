//! Names of subjects: the practice's own, and those that its LMC typed. An officer never meets a name of the practice: not
//! by its spelling, not by an id.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use entity::{
    ids::{ItemCode, OdsCode, StatusId, SubjectId},
    subject,
};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter};
use uuid::Uuid;

use crate::{
    db::Scoped,
    domain::{access::PracticeScope, action::EnteredBy, digest},
    store::keyed,
};

/// Begins the key of a name that an LMC typed. No name has it: texts with such a character are refused.
const TOLD: char = '\u{1}';
/// Subjects looked up in one statement.
const TOGETHER: usize = 500;

/// Finds or adds a named subject of the practice's own; names are matched without regard to case and outer spaces.
pub async fn subject<C: ConnectionTrait>(
    at: Scoped<'_, C, PracticeScope>,
    item: &ItemCode,
    name: &str,
    now: DateTime<Utc>,
) -> Result<SubjectId, DbErr> {
    let key = name.trim().to_lowercase();
    found_or_added(at, item, (name.trim(), key), None, now).await
}

/// Finds or adds a name that the LMC typed: to the letter, and apart from the practice's own.
pub async fn told_subject<C: ConnectionTrait>(
    at: Scoped<'_, C, PracticeScope>,
    item: &ItemCode,
    name: &str,
    now: DateTime<Utc>,
) -> Result<SubjectId, DbErr> {
    let key = told_key(name);
    found_or_added(at, item, (name.trim(), key), Some(EnteredBy::LmcTelephone), now).await
}

/// The key of a name that the LMC typed.
pub fn told_key(name: &str) -> String {
    format!("{TOLD}{}", name.trim())
}

/// The practice's own subject of that name, where the LMC typed this one; else the same.
pub async fn own_subject<C: ConnectionTrait>(
    at: Scoped<'_, C, PracticeScope>,
    id: SubjectId,
    now: DateTime<Utc>,
) -> Result<SubjectId, DbErr> {
    let row = subject::Entity::find_by_id((at.scope.practice().clone(), id));
    match row.one(at.conn).await? {
        Some(row) if row.entered_by.is_some() => subject(at, &row.item, &row.name, now).await,
        _ => Ok(id),
    }
}

async fn found_or_added<C: ConnectionTrait>(
    at: Scoped<'_, C, PracticeScope>,
    item: &ItemCode,
    (name, key): (&str, String),
    entered_by: Option<EnteredBy>,
    now: DateTime<Utc>,
) -> Result<SubjectId, DbErr> {
    let practice = at.scope.practice();
    subject::Entity::insert(subject::ActiveModel {
        practice: Set(practice.clone()),
        id: Set(SubjectId(Uuid::now_v7())),
        item: Set(item.clone()),
        name: Set(name.to_owned()),
        name_key: Set(key.clone()),
        recorded_at: Set(now),
        entered_by: Set(entered_by.map(|by| by.code().to_owned())),
    })
    .on_conflict_do_nothing_on([subject::Column::Practice, subject::Column::Item, subject::Column::NameKey])
    .exec_without_returning(at.conn)
    .await?;
    subject::Entity::find()
        .filter(subject::Column::Practice.eq(practice.clone()))
        .filter(subject::Column::Item.eq(item.clone()))
        .filter(subject::Column::NameKey.eq(key))
        .one(at.conn)
        .await?
        .map(|row| row.id)
        .ok_or_else(|| DbErr::RecordNotFound("subject".to_owned()))
}

/// The names of these subjects as the LMC typed them. Where an entry of before shares the practice's own subject, the name
/// in small letters: that much its officer had typed, whatever the practice calls it.
pub(in crate::store) async fn as_typed(
    conn: &impl ConnectionTrait,
    subjects: &[(OdsCode, SubjectId)],
) -> Result<BTreeMap<(OdsCode, SubjectId), String>, DbErr> {
    let mut names = BTreeMap::new();
    for some in subjects.chunks(TOGETHER) {
        let keys = some.iter().map(|(practice, id)| [practice.clone().into(), (*id).into()]);
        let columns = [subject::Column::Practice, subject::Column::Id];
        let rows = keyed::among(subject::Entity::find(), columns, keys);
        for row in rows.all(conn).await? {
            let told = row.entered_by.is_some();
            let name = if told { row.name } else { row.name_key };
            names.insert((row.practice, row.id), name);
        }
    }
    Ok(names)
}

/// The id under which an entry of the LMC is kept: made of the one its officer sent, at the same moment. The practice's own
/// ids are not reached by it, whatever is sent, so that no answer tells which of them were used.
pub fn told_id(sent: StatusId) -> StatusId {
    let mut bytes = *sent.0.as_bytes();
    let random = digest::first_eight(&[b"told by telephone ", bytes.as_slice()].concat());
    // The eight bytes after the moment and the version; the first two bits of them say which kind of id it is.
    for (to, from) in bytes.iter_mut().skip(8).zip(random) {
        *to = from;
    }
    if let Some(kind) = bytes.get_mut(8) {
        *kind = (*kind & 0x3f) | 0x80;
    }
    StatusId(Uuid::from_bytes(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_id_of_an_entry_keeps_its_moment_and_leads_to_no_other() {
        let sent = StatusId(Uuid::now_v7());
        let kept = told_id(sent);
        assert_eq!(told_id(sent), kept);
        assert_ne!(kept, sent);
        assert_ne!(told_id(kept), sent);
        assert_eq!(sent.0.get_timestamp(), kept.0.get_timestamp());
        assert_eq!(kept.0.get_version_num(), 7);
        assert_eq!(kept.0.get_variant(), uuid::Variant::RFC4122);
    }
}
