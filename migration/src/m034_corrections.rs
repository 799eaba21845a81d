//! Corrections of releases, until the next release takes them in.

use sea_orm_migration::{
    prelude::*,
    sea_orm::{ConnectionTrait, DatabaseBackend},
};

use crate::support::*;

migration!(Corrections, "m034_corrections", up);

async fn up(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(table(
            "release_correction",
            vec![
                id("id"),
                text("note"),
                // The newest release when it was recorded: one after it takes the note in.
                number("after_release"),
                // A row that takes back another says nothing itself.
                maybe(id("takes_back")),
                instant("recorded_at"),
            ],
            &["id"],
        ))
        .await?;
    append_only(manager, &["release_correction"]).await?;
    for sql in noted(manager.get_database_backend()) {
        manager.get_connection().execute_unprepared(sql).await?;
    }
    Ok(())
}

/// Each row is noted for the audit event of its transaction, as those of the ledger are: what is changed between being
/// recorded and being published does not hold.
fn noted(backend: DatabaseBackend) -> &'static [&'static str] {
    match backend {
        DatabaseBackend::Postgres => &[
            "CREATE FUNCTION headroom_wrote_release_correction() RETURNS trigger LANGUAGE plpgsql AS $$
             DECLARE one record;
             BEGIN
               IF TG_OP = 'DELETE' THEN one := OLD; ELSE one := NEW; END IF;
               INSERT INTO row_written (xact, tbl, owner, id, name, chain)
               VALUES (pg_current_xact_id()::text, 'release_correction', '', one.id, '', 'england')
               ON CONFLICT DO NOTHING;
               RETURN NULL;
             END $$",
            "CREATE TRIGGER release_correction_noted AFTER INSERT OR DELETE ON release_correction \
             FOR EACH ROW EXECUTE FUNCTION headroom_wrote_release_correction()",
        ],
        _ => &[
            "CREATE TRIGGER release_correction_written AFTER INSERT ON release_correction \
             BEGIN INSERT OR IGNORE INTO row_written (xact, tbl, owner, id, name, chain) \
             VALUES ('', 'release_correction', '', NEW.id, '', 'england'); END",
            "CREATE TRIGGER release_correction_gone AFTER DELETE ON release_correction \
             BEGIN INSERT OR IGNORE INTO row_written (xact, tbl, owner, id, name, chain) \
             VALUES ('', 'release_correction', '', OLD.id, '', 'england'); END",
        ],
    }
}
