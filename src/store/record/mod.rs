//! Everything that is kept of a practice, or of an account, a table and a piece at a time: for whoever takes their own data
//! with them. Secrets are columns that are never read out: what is left out here is in no file.

use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IdenStatic, Iterable, ModelTrait, PrimaryKeyToColumn,
    QueryFilter, QueryOrder, QuerySelect, Value,
    sea_query::{Expr, ExprTrait, SimpleExpr},
};
use serde_json::Value as Json;

mod account;
mod cell;
mod practice;
mod taking;

pub use account::{ACCOUNT, of_account};
pub use practice::{PRACTICE, of_practice, people, working};
pub use taking::{Held, TAKEN, Taken, check, close, owner_column, put, table_with_rows, waits};

/// Rows read at a time.
const PIECE: u64 = 2_000;

/// Columns that hold what opens something, or that say nothing to anybody but the product.
const NEVER: [&str; 7] = ["secret_hash", "pin_hash", "password_hash", "salt", "place", "endpoint", "auth"];

/// Tables in which a column of that name is no secret.
const NO_SECRET: [(&str, &str); 2] = [("divert_place", "place"), ("question", "place")];

/// A table, and what its columns say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Table {
    /// Its name.
    pub name: &'static str,
    /// Where its columns are described: the source of its entity.
    source: &'static str,
}

impl Table {
    /// What it holds.
    pub fn says(&self) -> &'static str {
        self.source.lines().next().and_then(|line| line.strip_prefix("//! ")).unwrap_or_default()
    }

    /// Its columns, each with what it says.
    pub fn columns(&self) -> Vec<(&'static str, String)> {
        let (mut columns, mut says) = (Vec::new(), Vec::new());
        for line in self.source.lines().map(str::trim) {
            if let Some(text) = line.strip_prefix("/// ") {
                says.push(text);
            } else if let Some((name, _)) = line.strip_prefix("pub ").and_then(|rest| rest.split_once(": ")) {
                if is_told(self.name, name) {
                    columns.push((name, says.join(" ")));
                }
                says.clear();
            } else if !line.starts_with("#[") {
                says.clear();
            }
        }
        columns
    }
}

fn is_told(table: &str, column: &str) -> bool {
    !NEVER.contains(&column) || NO_SECRET.contains(&(table, column))
}

/// Some rows of a table, each with its columns in order, and where the next begin.
#[derive(Debug, Default)]
pub struct Piece {
    /// Rows.
    pub rows: Vec<Vec<Json>>,
    /// Behind which key the next begin; nothing where there are no more.
    pub next: Option<Vec<Value>>,
}

/// The next rows of one owner, in the order of the primary key.
async fn piece<E: EntityTrait>(
    conn: &impl ConnectionTrait,
    table: &str,
    (owner, whose): (E::Column, Value),
    after: Option<Vec<Value>>,
) -> Result<Piece, DbErr>
where
    <E::PrimaryKey as PrimaryKeyToColumn>::Column: Into<E::Column>,
{
    let key: Vec<E::Column> = E::PrimaryKey::iter()
        .map(PrimaryKeyToColumn::into_column)
        .filter(|column: &E::Column| column.as_str() != owner.as_str())
        .collect();
    let mut rows = E::find().filter(owner.eq(whose));
    if let Some(after) = after {
        let columns = Expr::tuple(key.iter().map(|column| column.into_expr()).collect::<Vec<SimpleExpr>>());
        let values = Expr::tuple(after.into_iter().map(Expr::val).collect::<Vec<SimpleExpr>>());
        rows = rows.filter(columns.gt(values));
    }
    for column in &key {
        rows = rows.order_by_asc(*column);
    }
    let found = rows.limit(PIECE).all(conn).await?;
    let is_full = u64::try_from(found.len()).is_ok_and(|n| n == PIECE);
    let next = found.last().filter(|_| is_full).map(|row| key.iter().map(|column| row.get(*column)).collect());
    let told = |row: &E::Model| {
        let columns = E::Column::iter().filter(|column| is_told(table, column.as_str()));
        columns.map(|column| json(row.get(column))).collect()
    };
    Ok(Piece { rows: found.iter().map(told).collect(), next })
}

/// A value as JSON has it; instants and days as text.
fn json(value: Value) -> Json {
    match value {
        Value::Bool(value) => value.map_or(Json::Null, Json::from),
        Value::Int(value) => value.map_or(Json::Null, Json::from),
        Value::BigInt(value) => value.map_or(Json::Null, Json::from),
        Value::String(value) => value.map_or(Json::Null, Json::from),
        Value::Uuid(value) => value.map_or(Json::Null, |id| Json::from(id.to_string())),
        Value::ChronoDate(value) => value.map_or(Json::Null, |day| Json::from(day.to_string())),
        Value::ChronoDateTimeUtc(value) => value.map_or(Json::Null, |at| Json::from(at.to_rfc3339())),
        Value::Bytes(value) => value.map_or(Json::Null, |bytes| Json::from(crate::domain::digest::hexed(&bytes))),
        other => Json::from(format!("{other:?}")),
    }
}

/// Tables of one kind of owner, by the column that says whose a row is.
macro_rules! tables {
    ($doc:literal $list:ident $read:ident $scope:ty; $($table:ident $owner:ident)+) => {
        #[doc = $doc]
        pub const $list: &[crate::store::record::Table] = &[$(crate::store::record::Table {
            name: stringify!($table),
            source: include_str!(concat!("../../../entity/src/", stringify!($table), ".rs")),
        }),+];

        /// The next rows of one of them.
        ///
        /// # Errors
        /// Where there is no such table, or the database cannot be read.
        pub async fn $read<C: sea_orm::ConnectionTrait>(
            at: crate::db::Scoped<'_, C, $scope>,
            table: &str,
            after: Option<Vec<sea_orm::Value>>,
        ) -> Result<crate::store::record::Piece, sea_orm::DbErr> {
            let whose = owner_of(at.scope);
            match table {
                $(stringify!($table) => {
                    let by = (entity::$table::Column::$owner, whose);
                    crate::store::record::piece::<entity::$table::Entity>(at.conn, table, by, after).await
                })+
                other => Err(sea_orm::DbErr::Type(format!("{other} is no table of these"))),
            }
        }
    };
}
use tables;

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_table_and_column_is_described_and_no_secret_is_told() {
        for table in PRACTICE.iter().chain(ACCOUNT) {
            assert!(table.says().len() > 10, "{}", table.name);
            let columns = table.columns();
            assert!(columns.len() > 1, "{}", table.name);
            for (name, says) in columns {
                assert!(!says.is_empty(), "{}.{name}", table.name);
                let looks = ["secret", "pin", "password", "token", "salt"].iter().any(|word| name.contains(word));
                assert!(!looks, "{}.{name}", table.name);
                // Digests of rows and files prove something and open nothing.
                let is_digest = table.name == "audit_event" || name.ends_with("sha256");
                assert!(is_digest || !name.contains("hash"), "{}.{name}", table.name);
            }
        }
    }

    #[test]
    fn each_table_stands_once() {
        for tables in [PRACTICE, ACCOUNT] {
            let names: BTreeSet<&str> = tables.iter().map(|table| table.name).collect();
            assert_eq!(names.len(), tables.len());
        }
    }
}
