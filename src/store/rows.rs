//! Rows and what the audit chain says of them: which rows the open transaction wrote, and the digest of each.
//!
//! Triggers note every row of the tables below in `row_written`, whoever writes it; before COMMIT the notes are taken, each
//! row is read back as the database keeps it, and its digest goes into the event of the transaction. A row that somebody
//! put there by other ways has no event, and nobody takes the note of another transaction.

use std::collections::{BTreeMap, HashMap};

use entity::{ids::OrgCode, row_written};
use sea_orm::{ColumnTrait, ConnectionTrait, DatabaseBackend, DbErr, EntityTrait, QueryFilter, Statement};

use self::row::named;
use crate::domain::grant;

mod compare;
mod row;
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

/// Takes what this transaction noted; where one chain is to tell of all of it, as of that chain.
pub async fn take(conn: &impl ConnectionTrait, under: Option<&OrgCode>) -> Result<Written, DbErr> {
    let backend = conn.get_database_backend();
    let own = match backend {
        DatabaseBackend::Postgres => "pg_current_xact_id()::text",
        _ => "''",
    };
    let taken = format!("DELETE FROM row_written WHERE xact = {own} RETURNING xact, tbl, owner, id, name, chain");
    let mut notes = row_written::Entity::find().from_raw_sql(Statement::from_string(backend, taken)).all(conn).await?;
    if let Some(chain) = under {
        for note in &mut notes {
            chain.as_str().clone_into(&mut note.chain);
        }
    }
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

/// The key with whose row it is, where that is another than whose chain.
fn told(note: &row_written::Model, chain: &OrgCode) -> String {
    let key = named(&note.tbl, &note.owner, note.id, &note.name);
    if note.owner.is_empty() || note.owner == chain.as_str() {
        return key;
    }
    format!("{} {key}", note.owner)
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
