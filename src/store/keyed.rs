//! Rows by many keys of several columns in one query.
//!
//! SQLite answers `(a, b) IN ((1, 2), …)` by reading the whole table; joined to the list of keys, it looks each of them
//! up by index. PostgreSQL does the same.

use entity::ids::OdsCode;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect, Select, Value,
    sea_query::{
        Asterisk, CommonTableExpression, Condition, Expr, ExprTrait, IntoIden, Query, SelectStatement, TableRef,
        ValueTuple,
    },
};

/// Values of one list: SQLite takes 32,766 in a statement, PostgreSQL 65,535.
const MOST_LISTED: usize = 4_096;

/// Rows whose column is one of these values, however many they are: a statement for each few thousand. Where rows are
/// ordered, those of one value stay in their order.
pub(super) async fn listed<E: EntityTrait, V: Into<Value>>(
    conn: &impl ConnectionTrait,
    rows: Select<E>,
    column: E::Column,
    values: impl IntoIterator<Item = V>,
) -> Result<Vec<E::Model>, DbErr> {
    let values: Vec<Value> = values.into_iter().map(Into::into).collect();
    let mut found = Vec::new();
    for some in values.chunks(MOST_LISTED) {
        let some = rows.clone().filter(column.is_in(some.iter().cloned()));
        found.append(&mut some.all(conn).await?);
    }
    Ok(found)
}

/// How many rows of a table each of some practices has; one that has none is left out.
pub(super) async fn count_by_practice<E: EntityTrait, C: ColumnTrait>(
    conn: &impl ConnectionTrait,
    practice: C,
    practices: &[OdsCode],
) -> Result<Vec<(OdsCode, i64)>, DbErr> {
    E::find()
        .select_only()
        .column_as(practice, "practice")
        .expr_as(Expr::col(Asterisk).count(), "n")
        .filter(practice.is_in(practices.iter().cloned()))
        .group_by(practice)
        .into_tuple()
        .all(conn)
        .await
}

/// The name of the list in a statement.
const KEYS: &str = "keys";

/// Rows whose columns equal one of the keys, no two of which may be the same: a row found twice would be summed twice.
pub(super) fn among<S, C, const N: usize>(mut rows: S, columns: [C; N], keys: impl IntoIterator<Item = [Value; N]>) -> S
where
    S: QueryFilter<QueryStatement = SelectStatement>,
    C: ColumnTrait,
{
    let Some(list) = list(keys) else {
        return rows.filter(Expr::val(false));
    };
    QueryFilter::query(&mut rows).inner_join(list, equal(columns));
    rows
}

/// The same, where the list of keys stands once at the head of a statement of several parts: see [`named`].
pub(super) fn among_named<S, C, const N: usize>(mut rows: S, columns: [C; N]) -> S
where
    S: QueryFilter<QueryStatement = SelectStatement>,
    C: ColumnTrait,
{
    QueryFilter::query(&mut rows).inner_join(KEYS, equal(columns));
    rows
}

/// The list of keys that [`among_named`] means. Nothing where there are none.
pub(super) fn named<const N: usize>(keys: impl IntoIterator<Item = [Value; N]>) -> Option<CommonTableExpression> {
    let mut all = Query::select();
    all.column(Asterisk).from(list(keys)?);
    let mut named = CommonTableExpression::new();
    named.table_name(KEYS).query(all);
    Some(named)
}

fn equal<C: ColumnTrait, const N: usize>(columns: [C; N]) -> Condition {
    let equal = columns.iter().enumerate().map(|(at, column)| {
        // Both databases call the columns of a bare list so.
        let listed = format!("column{}", at.saturating_add(1));
        column.into_expr().eq(Expr::col((KEYS, listed)))
    });
    equal.fold(Condition::all(), Condition::add)
}

fn list<const N: usize>(keys: impl IntoIterator<Item = [Value; N]>) -> Option<TableRef> {
    let mut keys: Vec<[Value; N]> = keys.into_iter().collect();
    // A few sizes of the list instead of hundreds: each is a statement to prepare and to keep.
    let nothing = keys.last()?.each_ref().map(Value::as_null);
    keys.resize(keys.len().next_power_of_two(), nothing);
    let list = keys.into_iter().map(|key| ValueTuple::Many(key.into()));
    Some(TableRef::ValuesList(list.collect(), KEYS.into_iden()))
}

#[cfg(test)]
pub(super) mod tests {
    use entity::{
        contact_void,
        ids::{ClinicianId, ContactId, LocalDate, OdsCode},
        tally,
    };
    use migration::{Migrator, MigratorTrait};
    use sea_orm::{ConnectionTrait, DatabaseBackend, EntityTrait, QueryTrait, Statement};
    use uuid::Uuid;

    use super::*;
    use crate::{
        db::Db,
        store::facts::{self, Which},
    };

    fn practice() -> OdsCode {
        "Z90001".parse().unwrap()
    }

    fn days() -> Vec<(OdsCode, ClinicianId, LocalDate)> {
        let day: LocalDate = "2026-11-20".parse().unwrap();
        let key = |n| (practice(), ClinicianId(Uuid::from_u128(n)), day);
        (1..=5).map(key).collect()
    }

    /// What SQLite says it will do.
    pub(in crate::store) async fn plan(select: SelectStatement) -> String {
        plan_of(DatabaseBackend::Sqlite.build(&select)).await
    }

    /// The same of a statement as it is sent.
    pub(in crate::store) async fn plan_of(statement: Statement) -> String {
        let folder = tempfile::tempdir().unwrap();
        let db = Db::sqlite(&folder.path().join("plan.db")).await.unwrap();
        Migrator::up(db.schema(), None).await.unwrap();
        let explain = format!("EXPLAIN QUERY PLAN {}", statement.sql);
        let values = statement.values.unwrap();
        let explain = Statement::from_sql_and_values(DatabaseBackend::Sqlite, explain, values);
        let rows = db.schema().query_all_raw(explain).await.unwrap();
        let lines = rows.iter().map(|row| row.try_get("", "detail").unwrap());
        lines.collect::<Vec<String>>().join("\n")
    }

    pub(in crate::store) fn by_key(plan: &str, table: &str) {
        assert!(plan.contains(&format!("SEARCH {table} USING")), "{plan}");
        assert!(plan.contains("(practice=? AND "), "{plan}");
        assert!(!plan.contains(&format!("SCAN {table}")), "{plan}");
    }

    #[tokio::test]
    async fn days_of_many_clinicians_are_looked_up_and_never_searched_for() {
        let keys = days();
        let plan = plan(facts::statement(Which::Days(&keys))).await;
        for table in ["tally", "day_sheet", "day_worked", "slot_tally"] {
            by_key(&plan, table);
        }
    }

    #[tokio::test]
    async fn voids_of_many_contacts_are_looked_up() {
        use contact_void::Column;
        let keys = (1..=3).map(|n| [practice().into(), ContactId(Uuid::from_u128(n)).into()]);
        let rows = among(contact_void::Entity::find(), [Column::Practice, Column::Contact], keys);
        by_key(&plan(rows.into_query()).await, "contact_void");
    }

    #[test]
    fn lists_come_in_few_sizes_and_an_empty_one_finds_nothing() {
        let statement = |n: usize| {
            let keys = days().into_iter().cycle().take(n);
            let keys = keys.map(|(of, whose, _)| [of.into(), whose.into()]);
            let columns = [tally::Column::Practice, tally::Column::Clinician];
            let rows = among(tally::Entity::find(), columns, keys);
            DatabaseBackend::Sqlite.build(&rows.into_query()).sql
        };
        assert_eq!(statement(5), statement(8));
        assert_ne!(statement(8), statement(9));
        assert!(!statement(0).contains("column1"));
    }
}
