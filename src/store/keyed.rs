//! Rows by many keys of several columns in one query.
//!
//! SQLite answers `(a, b) IN ((1, 2), …)` by reading the whole table; joined to the list of keys, it looks each of them
//! up by index. PostgreSQL does the same.

use sea_orm::{
    ColumnTrait, QueryFilter, Value,
    sea_query::{Condition, Expr, ExprTrait, IntoIden, SelectStatement, TableRef, ValueTuple},
};

/// The name of the list in a statement.
const KEYS: &str = "keys";

/// Rows whose columns equal one of the keys, no two of which may be the same: a row found twice would be summed twice.
pub(super) fn among<S, C, const N: usize>(
    mut rows: S,
    columns: [C; N],
    keys: impl IntoIterator<Item = [Value; N]>,
) -> S
where
    S: QueryFilter<QueryStatement = SelectStatement>,
    C: ColumnTrait,
{
    let mut keys: Vec<[Value; N]> = keys.into_iter().collect();
    // A few sizes of the list instead of hundreds: each is a statement to prepare and to keep.
    if let Some(nothing) = keys.last().map(|key| key.each_ref().map(Value::as_null)) {
        keys.resize(keys.len().next_power_of_two(), nothing);
    }
    if keys.is_empty() {
        return rows.filter(Expr::val(false));
    }
    let equal = columns.iter().enumerate().map(|(at, column)| {
        // Both databases call the columns of a bare list so.
        let listed = format!("column{}", at.saturating_add(1));
        column.into_expr().eq(Expr::col((KEYS, listed)))
    });
    let equal = equal.fold(Condition::all(), Condition::add);
    let list = keys.into_iter().map(|key| ValueTuple::Many(key.into()));
    let list = TableRef::ValuesList(list.collect(), KEYS.into_iden());
    QueryFilter::query(&mut rows).inner_join(list, equal);
    rows
}

#[cfg(test)]
mod tests {
    use entity::{
        contact_void, day_sheet, day_worked,
        ids::{ClinicianId, ContactId, LocalDate, OdsCode},
        slot_tally, tally,
    };
    use migration::{Migrator, MigratorTrait};
    use sea_orm::{ConnectionTrait, DatabaseBackend, EntityTrait, QueryTrait, Statement};
    use uuid::Uuid;

    use super::*;
    use crate::{db::Db, store::facts::Which};

    fn practice() -> OdsCode {
        "Z90001".parse().unwrap()
    }

    fn days() -> Vec<(OdsCode, ClinicianId, LocalDate)> {
        let day: LocalDate = "2026-11-20".parse().unwrap();
        let key = |n| (practice(), ClinicianId(Uuid::from_u128(n)), day);
        (1..=5).map(key).collect()
    }

    /// What SQLite says it will do.
    async fn plan(select: SelectStatement) -> String {
        let folder = tempfile::tempdir().unwrap();
        let db = Db::sqlite(&folder.path().join("plan.db")).await.unwrap();
        Migrator::up(db.schema(), None).await.unwrap();
        let statement = DatabaseBackend::Sqlite.build(&select);
        let explain = format!("EXPLAIN QUERY PLAN {}", statement.sql);
        let values = statement.values.unwrap();
        let explain = Statement::from_sql_and_values(DatabaseBackend::Sqlite, explain, values);
        let rows = db.schema().query_all_raw(explain).await.unwrap();
        let lines = rows.iter().map(|row| row.try_get("", "detail").unwrap());
        lines.collect::<Vec<String>>().join("\n")
    }

    fn by_key(plan: &str, table: &str) {
        assert!(plan.contains(&format!("SEARCH {table} USING")), "{plan}");
        assert!(plan.contains("(practice=? AND "), "{plan}");
        assert!(!plan.contains(&format!("SCAN {table}")), "{plan}");
    }

    #[tokio::test]
    async fn days_of_many_clinicians_are_looked_up_and_never_searched_for() {
        use day_sheet::Column as Sheet;
        use day_worked::Column as Worked;
        use slot_tally::Column as Slots;
        use tally::Column as Tally;
        let keys = days();
        let which = Which::Days(&keys);
        let rows = which.narrow(
            tally::Entity::find(),
            [Tally::Practice, Tally::Clinician, Tally::Day],
        );
        by_key(&plan(rows.into_query()).await, "tally");
        let rows = which.narrow(
            day_sheet::Entity::find(),
            [Sheet::Practice, Sheet::Clinician, Sheet::Day],
        );
        by_key(&plan(rows.into_query()).await, "day_sheet");
        let rows = which.narrow(
            day_worked::Entity::find(),
            [Worked::Practice, Worked::Clinician, Worked::Day],
        );
        by_key(&plan(rows.into_query()).await, "day_worked");
        let rows = which.narrow(
            slot_tally::Entity::find(),
            [Slots::Practice, Slots::Clinician, Slots::Day],
        );
        by_key(&plan(rows.into_query()).await, "slot_tally");
    }

    #[tokio::test]
    async fn voids_of_many_contacts_are_looked_up() {
        use contact_void::Column;
        let keys = (1..=3).map(|n| [practice().into(), ContactId(Uuid::from_u128(n)).into()]);
        let rows = among(
            contact_void::Entity::find(),
            [Column::Practice, Column::Contact],
            keys,
        );
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
