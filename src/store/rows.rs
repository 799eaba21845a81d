//! Rows and what the audit chain says of them: which rows the open transaction wrote, and the digest of each.
//!
//! Triggers note every row of the tables below in `row_written`, whoever writes it; before COMMIT the notes are taken, each
//! row is read back as the database keeps it, and its digest goes into the event of the transaction. A row that somebody
//! put there by other ways has no event, and nobody takes the note of another transaction.

use std::collections::{BTreeMap, HashMap};

use entity::{ids::OrgCode, row_written};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseBackend, DbErr, EntityTrait, IdenStatic, Iterable, ModelTrait, QueryFilter,
    Statement, Value,
    sea_query::{Expr, ExprTrait},
};
use uuid::Uuid;

use super::keyed;
use crate::domain::{digest::hex, grant};

mod compare;
mod tables;
mod verify;

pub use self::{
    compare::{Fault, Report, What},
    verify::verify,
};

/// Rows asked for in one statement.
const TOGETHER: usize = 512;
/// What the notes of rows are called that were there before there were digests.
pub const BEFORE: &str = "before";

/// Digests of rows by table and key; nothing where the row is gone.
pub type Digests = BTreeMap<String, BTreeMap<String, Option<String>>>;

/// How rows of a table are found by what was noted of them.
struct Key<E: EntityTrait> {
    /// Practice or LMC: the first part of the key, or only what the row is about.
    owner: Option<E::Column>,
    /// Whether the owner leads the key.
    leads: bool,
    id: Option<E::Column>,
    name: Option<E::Column>,
}

/// What one transaction wrote.
#[derive(Debug, Default)]
pub struct Written {
    /// What events have to tell, by the chain they belong to.
    pub chains: BTreeMap<OrgCode, Digests>,
    /// What counts for a day: its table and how it goes by.
    pub(crate) days: Vec<row_written::Model>,
}

/// Before a transaction writes: on SQLite, notes of others are dropped. On PostgreSQL notes know their transaction.
pub async fn begin(conn: &impl ConnectionTrait) -> Result<(), DbErr> {
    if conn.get_database_backend() == DatabaseBackend::Sqlite {
        conn.execute_unprepared("DELETE FROM row_written WHERE xact = ''").await?;
    }
    Ok(())
}

/// Takes what this transaction noted.
pub async fn take(conn: &impl ConnectionTrait) -> Result<Written, DbErr> {
    let backend = conn.get_database_backend();
    let own = match backend {
        DatabaseBackend::Postgres => "pg_current_xact_id()::text",
        _ => "''",
    };
    let taken = format!("DELETE FROM row_written WHERE xact = {own} RETURNING xact, tbl, owner, id, name, chain");
    let notes = row_written::Entity::find().from_raw_sql(Statement::from_string(backend, taken)).all(conn).await?;
    digested(conn, notes).await
}

/// Takes the notes of rows from before there were digests, of one chain.
pub async fn take_before(conn: &impl ConnectionTrait, chain: &OrgCode) -> Result<Digests, DbErr> {
    let waiting = row_written::Entity::find()
        .filter(row_written::Column::Xact.eq(BEFORE))
        .filter(row_written::Column::Chain.eq(chain.as_str()))
        .all(conn)
        .await?;
    row_written::Entity::delete_many()
        .filter(row_written::Column::Xact.eq(BEFORE))
        .filter(row_written::Column::Chain.eq(chain.as_str()))
        .exec(conn)
        .await?;
    let mut written = digested(conn, waiting).await?;
    Ok(written.chains.remove(chain).unwrap_or_default())
}

/// Chains with rows of before that no event tells of yet.
pub async fn chains_before(conn: &impl ConnectionTrait) -> Result<Vec<OrgCode>, DbErr> {
    use sea_orm::{QueryOrder, QuerySelect};
    row_written::Entity::find()
        .select_only()
        .column(row_written::Column::Chain)
        .distinct()
        .filter(row_written::Column::Xact.eq(BEFORE))
        .order_by_asc(row_written::Column::Chain)
        .into_tuple()
        .all(conn)
        .await
}

/// The digest of each noted row as it is kept now.
async fn digested(conn: &impl ConnectionTrait, notes: Vec<row_written::Model>) -> Result<Written, DbErr> {
    let mut written = Written::default();
    let mut by_table: BTreeMap<String, Vec<row_written::Model>> = BTreeMap::new();
    for note in notes {
        if tables::of_days(&note.tbl) {
            written.days.push(note);
        } else {
            by_table.entry(note.tbl.clone()).or_default().push(note);
        }
    }
    for (table, notes) in by_table {
        let mut found = HashMap::new();
        for some in notes.chunks(TOGETHER) {
            found.extend(tables::digests(conn, &table, some).await?);
        }
        for note in notes {
            let digest = found.remove(&named(&table, &note.owner, note.id, &note.name));
            let chain: OrgCode = note.chain.parse().map_err(|_| DbErr::Type(format!("{table}: whose chain?")))?;
            let key = told(&note, &chain);
            let digests = written.chains.entry(chain).or_default();
            digests.entry(table.clone()).or_default().insert(key, digest);
        }
    }
    Ok(written)
}

/// How a row goes by in events: unnamed, so that an id that is erased everywhere else is not found here.
fn named(table: &str, owner: &str, id: Uuid, name: &str) -> String {
    let mut key = hex(&[table.as_bytes(), owner.as_bytes(), id.as_bytes(), name.as_bytes()]);
    key.truncate(16);
    key
}

/// The key with whose row it is, where that is another than whose chain.
fn told(note: &row_written::Model, chain: &OrgCode) -> String {
    let key = named(&note.tbl, &note.owner, note.id, &note.name);
    if note.owner.is_empty() || note.owner == chain.as_str() {
        return key;
    }
    format!("{} {key}", note.owner)
}

/// Rows of one table by their notes, with how each goes by.
async fn rows<E: EntityTrait>(
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

/// Whose a row is, and how it goes by in events.
fn key_of<E: EntityTrait>(table: &str, key: &Key<E>, row: &E::Model) -> (String, String) {
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
fn digest<E: EntityTrait>(row: &E::Model) -> String {
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
fn day_of<E: EntityTrait>(row: &E::Model) -> Option<String> {
    E::Column::iter().find(|column| matches!(column.as_str(), "recorded_at" | "imported_at")).and_then(|column| {
        match row.get(column) {
            Value::ChronoDateTimeUtc(Some(at)) => Some(crate::domain::calendar::london_day(at).to_string()),
            _ => None,
        }
    })
}

/// The event that says that rows of before have their digests.
pub const ADOPTED: &str = "rows.adopted";

/// Whether rows of before have theirs: it is done once.
pub async fn is_adopted(conn: &impl ConnectionTrait) -> Result<bool, DbErr> {
    use entity::audit_event;
    use sea_orm::PaginatorTrait;
    let done = audit_event::Entity::find()
        .filter(audit_event::Column::Organisation.eq(grant::SERVICE))
        .filter(audit_event::Column::Event.eq(ADOPTED))
        .count(conn)
        .await?;
    Ok(done > 0)
}
