//! Every table whose rows are noted when they are written is one that `headroom verify` looks through: a row that somebody
//! put there is found, whichever table it is in.

use std::collections::BTreeSet;

use headroom::{
    domain::access::CliAuthority,
    store::rows::{self, What},
};
use sea_orm::ConnectionTrait;

use crate::support::databases::{Kind, TestDb, run};

/// Rows of these add to their day's digest instead.
const OF_DAYS: [&str; 3] = ["day_sheet", "day_worked", "over_limit_reason"];

/// Puts a row into a table, with something in every column that must have it.
async fn plant(test: &TestDb, table: &str) -> String {
    let of = format!("FROM pragma_table_info('{table}') WHERE \"notnull\" = 1 ORDER BY cid");
    let names = test.column(&format!("SELECT name {of}")).await;
    let kinds = test.column(&format!("SELECT lower(type) {of}")).await;
    let values: Vec<&str> = names
        .iter()
        .zip(&kinds)
        .map(|(name, kind)| match (name.as_str(), kind.as_str()) {
            ("practice", _) => "'Z90001'",
            (_, kind) if kind.contains("uuid") => "randomblob(16)",
            (_, kind) if kind.contains("timestamp") => "'2026-11-20T12:00:00+00:00'",
            (_, kind) if kind.contains("date") => "'2026-11-20'",
            (_, kind) if kind.contains("int") => "7",
            (_, kind) if kind.contains("bool") => "FALSE",
            (_, kind) if kind.contains("blob") => "x'00'",
            _ => "'x'",
        })
        .collect();
    let names: Vec<String> = names.iter().map(|name| format!("\"{name}\"")).collect();
    format!("INSERT INTO {table} ({}) VALUES ({})", names.join(", "), values.join(", "))
}

#[test]
fn a_row_put_into_any_table_that_is_noted_is_found() {
    run(Kind::Sqlite, |test: TestDb| async move {
        let noted = "SELECT DISTINCT tbl_name FROM sqlite_master WHERE type = 'trigger' \
                     AND sql LIKE '%INTO row_written%' ORDER BY tbl_name";
        let noted = test.column(noted).await;
        let noted: BTreeSet<String> = noted.into_iter().filter(|table| !OF_DAYS.contains(&table.as_str())).collect();
        assert!(noted.len() >= 41, "{noted:?}");
        let triggers = "SELECT name FROM sqlite_master WHERE type = 'trigger'";
        let mut planted = vec!["PRAGMA foreign_keys = OFF".to_owned()];
        planted.push("PRAGMA ignore_check_constraints = ON".to_owned());
        for trigger in test.column(triggers).await {
            planted.push(format!("DROP TRIGGER {trigger}"));
        }
        for table in &noted {
            planted.push(plant(&test, table).await);
        }
        let thief = test.outside().await;
        for sql in &planted {
            thief.execute_unprepared(sql).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
        }
        thief.close().await.unwrap();
        let everywhere = CliAuthority::new().everywhere();
        let report = rows::verify(test.db.read(&everywhere)).await.unwrap();
        let found: BTreeSet<String> =
            report.faults.into_iter().filter(|fault| fault.what == What::Unknown).map(|fault| fault.table).collect();
        assert_eq!(found, noted);
    });
}
