//! What the service itself needs: the retention gate, the audit chain, leases and key fingerprints.

use sea_orm_migration::{
    prelude::*,
    sea_orm::{ConnectionTrait, DatabaseBackend},
};

use crate::support::*;

migration!(Service, "m001_service", up);

async fn up(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(table("retention_gate", vec![id("id")], &["id"]))
        .await?;
    manager
        .create_table(table(
            "audit_event",
            vec![
                code("organisation"),
                big_number("seq"),
                id("id"),
                instant("recorded_at"),
                text("actor"),
                text("event"),
                maybe(text("detail")),
                maybe(text("salt")),
                text("detail_hash"),
                text("previous_hash"),
                text("hash"),
            ],
            &["organisation", "seq"],
        ))
        .await?;
    // The head of each chain: a row to lock, so that two nodes cannot both write event 7.
    manager
        .create_table(table(
            "audit_head",
            vec![code("organisation"), big_number("seq"), text("hash")],
            &["organisation"],
        ))
        .await?;
    manager
        .create_table(table(
            "lease",
            vec![code("name"), id("holder"), instant("until")],
            &["name"],
        ))
        .await?;
    manager
        .create_table(table(
            "key_fingerprint",
            vec![code("name"), text("fingerprint")],
            &["name"],
        ))
        .await?;
    append_only(manager, &["key_fingerprint"]).await?;
    audit_keeps_its_hashes(manager).await
}

/// An audit event is never deleted, and changes in one way only: erasure, behind the retention gate, may empty
/// `detail` and `salt`. The chain is over hashes and still verifies.
async fn audit_keeps_its_hashes(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    const SAME: &str = "NEW.organisation = OLD.organisation AND NEW.seq = OLD.seq AND NEW.id = OLD.id \
        AND NEW.recorded_at = OLD.recorded_at AND NEW.actor = OLD.actor AND NEW.event = OLD.event \
        AND NEW.detail_hash = OLD.detail_hash AND NEW.previous_hash = OLD.previous_hash AND NEW.hash = OLD.hash \
        AND NEW.detail IS NULL AND NEW.salt IS NULL AND EXISTS (SELECT 1 FROM retention_gate)";
    let connection = manager.get_connection();
    if manager.get_database_backend() == DatabaseBackend::Postgres {
        connection
            .execute_unprepared(&format!(
                "CREATE FUNCTION headroom_audit_keeps() RETURNS trigger LANGUAGE plpgsql AS $$
                 BEGIN
                   IF TG_OP = 'UPDATE' THEN IF {SAME} THEN RETURN NEW; END IF; END IF;
                   RAISE EXCEPTION 'append-only: % refused on audit_event', TG_OP;
                 END $$"
            ))
            .await?;
        connection
            .execute_unprepared(
                "CREATE TRIGGER audit_event_keeps BEFORE UPDATE OR DELETE ON audit_event \
                 FOR EACH ROW EXECUTE FUNCTION headroom_audit_keeps()",
            )
            .await?;
        connection
            .execute_unprepared(
                "CREATE TRIGGER audit_event_no_truncate BEFORE TRUNCATE ON audit_event \
                 FOR EACH STATEMENT EXECUTE FUNCTION headroom_append_only()",
            )
            .await?;
        return Ok(());
    }
    connection
        .execute_unprepared(&format!(
            "CREATE TRIGGER audit_event_no_update BEFORE UPDATE ON audit_event WHEN NOT ({SAME}) \
             BEGIN SELECT RAISE(ABORT, 'append-only: UPDATE refused on audit_event'); END"
        ))
        .await?;
    connection
        .execute_unprepared(
            "CREATE TRIGGER audit_event_no_delete BEFORE DELETE ON audit_event \
             BEGIN SELECT RAISE(ABORT, 'append-only: DELETE refused on audit_event'); END",
        )
        .await?;
    Ok(())
}
