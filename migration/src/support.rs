//! Column and table helpers, so that an instant or a day cannot be declared in two ways.
//!
//! Names are plain strings on purpose: a released migration must not change when an entity is renamed.

use sea_orm_migration::{
    prelude::*,
    sea_orm::{ConnectionTrait, DatabaseBackend},
};

/// A UUID column.
pub(crate) fn id(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).uuid().not_null().to_owned()
}

/// An organisation or catalogue code: short ASCII text.
pub(crate) fn code(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).string_len(60).not_null().to_owned()
}

/// Free or machine-made text without a length in the schema; lengths are a rule of the domain.
pub(crate) fn text(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).text().not_null().to_owned()
}

/// An instant in UTC, to the microsecond.
pub(crate) fn instant(name: &'static str) -> ColumnDef {
    ColumnDef::new(name)
        .timestamp_with_time_zone()
        .not_null()
        .to_owned()
}

/// A London calendar day.
pub(crate) fn day(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).date().not_null().to_owned()
}

/// A whole number up to two thousand million.
pub(crate) fn number(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).integer().not_null().to_owned()
}

/// A whole number that may grow past an `i32`.
pub(crate) fn big_number(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).big_integer().not_null().to_owned()
}

/// Yes or no.
pub(crate) fn flag(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).boolean().not_null().to_owned()
}

/// The same column, where nothing may stand in it.
pub(crate) fn maybe(column: ColumnDef) -> ColumnDef {
    let mut column = column;
    column.null().to_owned()
}

/// Makes one table from its columns and the names of its primary key.
pub(crate) fn table(
    name: &'static str,
    columns: Vec<ColumnDef>,
    key: &[&'static str],
) -> TableCreateStatement {
    let mut table = Table::create();
    table.table(name);
    for mut column in columns {
        table.col(&mut column);
    }
    let mut primary = Index::create();
    for part in key {
        primary.col(*part);
    }
    table.primary_key(&mut primary).to_owned()
}

/// A foreign key of `(practice, column)` to `(practice, id)` of `parent`.
pub(crate) fn belongs_to(
    table: &'static str,
    column: &'static str,
    parent: &'static str,
) -> ForeignKeyCreateStatement {
    ForeignKey::create()
        .name(format!("fk_{table}_{column}"))
        .from_tbl(table)
        .from_col("practice")
        .from_col(column)
        .to_tbl(parent)
        .to_col("practice")
        .to_col("id")
        .to_owned()
}

/// An index over `columns`, unique when `unique` says so.
pub(crate) async fn index(
    manager: &SchemaManager<'_>,
    table: &'static str,
    columns: &[&'static str],
    kind: Keys,
) -> Result<(), DbErr> {
    let mut index = Index::create();
    index
        .name(format!("ix_{table}_{}", columns.join("_")))
        .table(table);
    for column in columns {
        index.col(*column);
    }
    if kind == Keys::Unique {
        index.unique();
    }
    manager.create_index(index).await
}

/// Whether an index forbids a second row with the same key.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Keys {
    Unique,
    Many,
}

/// Refuses UPDATE always and DELETE unless this transaction opened the retention gate, on both databases; on
/// PostgreSQL also TRUNCATE. The gate is a row inserted and removed inside the one transaction that erases.
pub(crate) async fn append_only(manager: &SchemaManager<'_>, tables: &[&str]) -> Result<(), DbErr> {
    let connection = manager.get_connection();
    let postgres = manager.get_database_backend() == DatabaseBackend::Postgres;
    if postgres {
        connection
            .execute_unprepared(
                "CREATE OR REPLACE FUNCTION headroom_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
                 BEGIN
                   IF TG_OP = 'DELETE' AND EXISTS (SELECT 1 FROM retention_gate) THEN RETURN OLD; END IF;
                   RAISE EXCEPTION 'append-only: % refused on %', TG_OP, TG_TABLE_NAME;
                 END $$",
            )
            .await?;
    }
    for table in tables {
        if postgres {
            connection
                .execute_unprepared(&format!(
                    "CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} \
                     FOR EACH ROW EXECUTE FUNCTION headroom_append_only()"
                ))
                .await?;
            connection
                .execute_unprepared(&format!(
                    "CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} \
                     FOR EACH STATEMENT EXECUTE FUNCTION headroom_append_only()"
                ))
                .await?;
        } else {
            connection
                .execute_unprepared(&format!(
                    "CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} \
                     BEGIN SELECT RAISE(ABORT, 'append-only: UPDATE refused on {table}'); END"
                ))
                .await?;
            connection
                .execute_unprepared(&format!(
                    "CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} \
                     WHEN NOT EXISTS (SELECT 1 FROM retention_gate) \
                     BEGIN SELECT RAISE(ABORT, 'append-only: DELETE refused on {table}'); END"
                ))
                .await?;
        }
    }
    Ok(())
}

/// Declares a migration that runs in one transaction on both databases.
macro_rules! migration {
    ($name:ident, $version:literal, $up:expr) => {
        pub(crate) struct $name;

        impl MigrationName for $name {
            fn name(&self) -> &str {
                $version
            }
        }

        #[async_trait::async_trait]
        impl MigrationTrait for $name {
            fn use_transaction(&self) -> Option<bool> {
                Some(true)
            }

            async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
                $up(manager).await
            }
        }
    };
}
pub(crate) use migration;

/// Notes each row of a practice's table for the audit event of its transaction, as `m027_digests` does for older ones.
pub(crate) async fn noted_of_practices(
    manager: &SchemaManager<'_>,
    tables: &[&str],
) -> Result<(), DbErr> {
    noted_of(manager, "practice", tables).await
}

/// The same for tables that are keyed by their owner, a column, and `id`; the owner's chain tells of them.
pub(crate) async fn noted_of(
    manager: &SchemaManager<'_>,
    owner: &str,
    tables: &[&str],
) -> Result<(), DbErr> {
    const COLUMNS: &str = "xact, tbl, owner, id, name, chain";
    let connection = manager.get_connection();
    for table in tables {
        if manager.get_database_backend() == DatabaseBackend::Postgres {
            connection
                .execute_unprepared(&format!(
                    "CREATE FUNCTION headroom_wrote_{table}() RETURNS trigger LANGUAGE plpgsql AS $$
                     DECLARE one record;
                     BEGIN
                       IF TG_OP = 'DELETE' THEN one := OLD; ELSE one := NEW; END IF;
                       INSERT INTO row_written ({COLUMNS})
                       VALUES (pg_current_xact_id()::text, '{table}', one.{owner}, one.id, '', one.{owner})
                       ON CONFLICT DO NOTHING;
                       RETURN NULL;
                     END $$"
                ))
                .await?;
            connection
                .execute_unprepared(&format!(
                    "CREATE TRIGGER {table}_noted AFTER INSERT OR DELETE ON {table} \
                     FOR EACH ROW EXECUTE FUNCTION headroom_wrote_{table}()"
                ))
                .await?;
        } else {
            for (on, row, name) in [("INSERT", "NEW", "written"), ("DELETE", "OLD", "gone")] {
                connection
                    .execute_unprepared(&format!(
                        "CREATE TRIGGER {table}_{name} AFTER {on} ON {table} \
                         BEGIN INSERT OR IGNORE INTO row_written ({COLUMNS}) \
                         VALUES ('', '{table}', {row}.{owner}, {row}.id, '', {row}.{owner}); END"
                    ))
                    .await?;
            }
        }
    }
    Ok(())
}
