//! One row: how it is found by what was noted of it, how it goes by in events, and its digest.

use entity::row_written;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IdenStatic, Iterable, ModelTrait, QueryFilter, Value,
    sea_query::{Expr, ExprTrait},
};
use uuid::Uuid;

use crate::{
    domain::{calendar, digest::hex},
    store::keyed,
};

/// How rows of a table are found by what was noted of them.
pub(super) struct Key<E: EntityTrait> {
    /// Practice or LMC: the first part of the key, or only what the row is about.
    pub(super) owner: Option<E::Column>,
    /// Whether the owner leads the key.
    pub(super) leads: bool,
    pub(super) id: Option<E::Column>,
    pub(super) name: Option<E::Column>,
}

impl<E: EntityTrait> Key<E> {
    pub(super) const fn none() -> Self {
        Self { owner: None, leads: false, id: None, name: None }
    }
}

/// Rows of one table by their notes, with how each goes by.
pub(super) async fn rows<E: EntityTrait>(
    conn: &impl ConnectionTrait,
    table: &str,
    key: &Key<E>,
    notes: &[row_written::Model],
) -> Result<Vec<(String, E::Model)>, DbErr> {
    let find = match (key.id, key.name) {
        (Some(id), _) if key.leads => {
            let owner = key.owner.ok_or_else(|| DbErr::Type(table.to_owned()))?;
            let keys = notes.iter().map(|note| [note.owner.clone().into(), note.id.into()]);
            keyed::among(E::find(), [owner, id], keys)
        }
        (Some(id), _) => E::find().filter(id.is_in(notes.iter().map(|note| note.id))),
        (None, Some(name)) => {
            let names = notes.iter().map(|note| note.name.clone());
            let mut find = E::find().filter(Expr::col(name).cast_as("text").is_in(names));
            if let Some(owner) = key.owner {
                find = find.filter(owner.is_in(notes.iter().map(|note| note.owner.clone())));
            }
            find
        }
        (None, None) => return Err(DbErr::Type(table.to_owned())),
    };
    let found = find.all(conn).await?;
    Ok(found.into_iter().map(|row| (key_of(table, key, &row).1, row)).collect())
}

/// How a row goes by in events: unnamed, so that an id that is erased everywhere else is not found here.
pub(super) fn named(table: &str, owner: &str, id: Uuid, name: &str) -> String {
    let mut key = hex(&[table.as_bytes(), owner.as_bytes(), id.as_bytes(), name.as_bytes()]);
    key.truncate(16);
    key
}

/// Whose a row is, and how it goes by in events.
pub(super) fn key_of<E: EntityTrait>(table: &str, key: &Key<E>, row: &E::Model) -> (String, String) {
    let of = |column: Option<E::Column>| column.and_then(|column| text(&row.get(column))).unwrap_or_default();
    let owner = of(key.owner);
    let id = key.id.map(|column| row.get(column));
    let id = match id {
        Some(Value::Uuid(Some(id))) => id,
        _ => Uuid::nil(),
    };
    let name = named(table, &owner, id, &of(key.name));
    (owner, name)
}

/// The digest of a row: every column that says something, by name, so that a column that is added later and empty changes
/// no digest.
pub(super) fn digest<E: EntityTrait>(row: &E::Model) -> String {
    let mut parts: Vec<(&'static str, String)> =
        E::Column::iter().filter_map(|column| Some((column.as_str(), text(&row.get(column))?))).collect();
    parts.sort_unstable();
    let parts: Vec<&[u8]> = parts.iter().flat_map(|(name, text)| [name.as_bytes(), text.as_bytes()]).collect();
    let mut digest = hex(&parts);
    digest.truncate(32);
    digest
}

/// A value as text, the same whichever database it came from; nothing for nothing.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::Bool(value) => value.map(|value| value.to_string()),
        Value::Int(value) => value.map(|value| value.to_string()),
        Value::BigInt(value) => value.map(|value| value.to_string()),
        Value::String(value) => value.clone(),
        Value::Bytes(value) => value.as_ref().map(|bytes| hex(&[bytes])),
        Value::Uuid(value) => value.map(|value| value.to_string()),
        Value::ChronoDate(value) => value.map(|value| value.to_string()),
        Value::ChronoDateTimeUtc(value) => value.map(|value| value.to_rfc3339()),
        other => Some(format!("{other:?}")),
    }
}

/// The London day a row was recorded on, as far as it says so.
pub(super) fn day_of<E: EntityTrait>(row: &E::Model) -> Option<String> {
    E::Column::iter().find(|column| matches!(column.as_str(), "recorded_at" | "imported_at")).and_then(|column| {
        match row.get(column) {
            Value::ChronoDateTimeUtc(Some(at)) => Some(calendar::london_day(at).to_string()),
            _ => None,
        }
    })
}
