//! Whether what SQLite stores is written as the product writes it.
//!
//! SQLite keeps days, times and answers as text and numbers that may be spelled in more than one way: `+2026-11-20` is the
//! same day to who reads it and another text to a query, so a row would be passed over while every digest of it fits.
//! PostgreSQL has types for them.

use std::collections::BTreeMap;

use migration::{Migrator, MigratorTrait};
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseBackend, DbErr, FromQueryResult, Statement};

use crate::{db::Scoped, domain::access::EverywhereScope};

/// `2026-11-20`.
const DAY: &str = "[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]";
/// `2026-11-20T09:00:00.000001+00:00`.
const TIME: &str = "[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9]*+00:00";

/// A column with values that the product does not write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Misspelled {
    /// The table.
    pub table: String,
    /// The column.
    pub column: String,
    /// How many.
    pub rows: i64,
}

#[derive(FromQueryResult)]
struct Column {
    tbl: String,
    name: String,
    kind: String,
}

/// Looks at every column of every table that holds days, times, answers or codes of practices.
pub async fn verify<C: ConnectionTrait>(at: Scoped<'_, C, EverywhereScope>) -> Result<Vec<Misspelled>, DbErr> {
    let mut wrong = Vec::new();
    if at.conn.get_database_backend() != DatabaseBackend::Sqlite {
        return Ok(wrong);
    }
    let columns = "SELECT t.name AS tbl, c.name AS name, lower(c.type) AS kind FROM sqlite_master t, pragma_table_info(t.name) c \
                   WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%' ORDER BY t.name, c.cid";
    let columns = Statement::from_string(DatabaseBackend::Sqlite, columns);
    for Column { tbl, name, kind } in Column::find_by_statement(columns).all(at.conn).await? {
        let Some(unlike) = unlike(&name, &kind) else {
            continue;
        };
        let count = format!("SELECT count(*) FROM \"{tbl}\" WHERE \"{name}\" IS NOT NULL AND {unlike}");
        let count = Statement::from_string(DatabaseBackend::Sqlite, count);
        let row = at.conn.query_one_raw(count).await?;
        let rows = match row {
            Some(row) => row.try_get_by_index::<i64>(0)?,
            None => 0,
        };
        if rows > 0 {
            wrong.push(Misspelled { table: tbl, column: name, rows });
        }
    }
    Ok(wrong)
}

/// The condition that finds what is not written as it should be.
fn unlike(column: &str, kind: &str) -> Option<String> {
    if kind.contains("timestamp") || kind.contains("datetime") {
        Some(format!("(typeof(\"{column}\") <> 'text' OR \"{column}\" NOT GLOB '{TIME}')"))
    } else if kind.contains("date") {
        Some(format!("(typeof(\"{column}\") <> 'text' OR \"{column}\" NOT GLOB '{DAY}')"))
    } else if kind.contains("bool") {
        Some(format!("\"{column}\" NOT IN (0, 1)"))
    } else if column == "practice" {
        Some(format!("\"{column}\" <> upper(\"{column}\")"))
    } else {
        None
    }
}

#[derive(FromQueryResult)]
struct Trigger {
    name: String,
    sql: String,
}

async fn triggers_of(conn: &impl ConnectionTrait) -> Result<BTreeMap<String, String>, DbErr> {
    let all = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'";
    let all = Statement::from_string(DatabaseBackend::Sqlite, all);
    let found = Trigger::find_by_statement(all).all(conn).await?;
    Ok(found.into_iter().map(|trigger| (trigger.name, trigger.sql)).collect())
}

/// Triggers that are missing, changed or none of ours: of a database that is made here to compare with. One that is not
/// ours may have rows told of that nobody recorded.
pub async fn triggers<C: ConnectionTrait>(at: Scoped<'_, C, EverywhereScope>) -> Result<Vec<String>, DbErr> {
    if at.conn.get_database_backend() != DatabaseBackend::Sqlite {
        return Ok(Vec::new());
    }
    let made = made().await?;
    let found = triggers_of(at.conn).await?;
    let mut names: Vec<&String> = made.keys().chain(found.keys()).collect();
    names.sort();
    names.dedup();
    let differ = names.into_iter().filter(|name| made.get(*name) != found.get(*name));
    Ok(differ.cloned().collect())
}

#[expect(clippy::disallowed_methods, reason = "an empty database in memory, of which only the schema is read")]
async fn made() -> Result<BTreeMap<String, String>, DbErr> {
    let mut options = ConnectOptions::new("sqlite::memory:");
    options.max_connections(1).sqlx_logging(false);
    let fresh = Database::connect(options).await?;
    Migrator::up(&fresh, None).await?;
    let made = triggers_of(&fresh).await;
    fresh.close().await?;
    made
}
