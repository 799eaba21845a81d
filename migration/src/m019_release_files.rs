//! Release files as first made, what an LMC's office publishes, and on PostgreSQL the role that reads the ledger alone.

use sea_orm_migration::{
    prelude::*,
    sea_orm::{ConnectionTrait, DatabaseBackend},
};

use crate::support::*;

migration!(ReleaseFiles, "m019_release_files", up);

async fn up(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(table(
            "release_file",
            vec![
                number("number"),
                code("form"),
                text("sha256"),
                ColumnDef::new("bytes").blob().not_null().to_owned(),
                instant("recorded_at"),
            ],
            &["number", "form"],
        ))
        .await?;
    manager
        .create_table(table(
            "lmc_office",
            vec![
                code("lmc"),
                id("id"),
                text("email"),
                text("telephone"),
                text("web"),
                instant("recorded_at"),
                id("recorded_by"),
            ],
            &["lmc", "id"],
        ))
        .await?;
    append_only(manager, &["release_file", "lmc_office"]).await?;
    if manager.get_database_backend() == DatabaseBackend::Postgres {
        manager
            .get_connection()
            .execute_unprepared(LEDGER_ROLE)
            .await?;
    }
    Ok(())
}

/// A role belongs to the whole server: another database on it may be making it at the same moment. Whoever may not
/// make roles is told what to ask for; an owner that may is made a member, a superuser needs not be.
const LEDGER_ROLE: &str = "
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'headroom_ledger') THEN
    BEGIN
      CREATE ROLE headroom_ledger NOLOGIN;
    EXCEPTION
      WHEN duplicate_object OR unique_violation THEN NULL;
      WHEN insufficient_privilege THEN
        RAISE EXCEPTION 'ask an administrator of the server for: CREATE ROLE headroom_ledger NOLOGIN; GRANT headroom_ledger TO %; then migrate again', quote_ident(current_user);
    END;
  END IF;
  IF NOT pg_has_role(current_user, 'headroom_ledger', 'MEMBER') THEN
    BEGIN
      EXECUTE format('GRANT headroom_ledger TO %I', current_user);
    EXCEPTION
      WHEN unique_violation THEN NULL;
      WHEN insufficient_privilege THEN
        RAISE EXCEPTION 'ask an administrator of the server for: GRANT headroom_ledger TO %; then migrate again', quote_ident(current_user);
    END;
  END IF;
  EXECUTE format('GRANT USAGE ON SCHEMA %I TO headroom_ledger', current_schema());
  GRANT SELECT ON release, release_file, lmc_office TO headroom_ledger;
END $$";
