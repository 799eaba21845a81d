//! What happened, read by those it concerns: the newest of a kind, of somebody, of some days, each found by index in a chain
//! of any length.

use sea_orm_migration::prelude::*;

use crate::support::*;

migration!(AuditReading, "m045_audit_reading", up);

async fn up(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    for columns in [
        ["organisation", "event", "seq"],
        ["organisation", "actor", "seq"],
        ["organisation", "recorded_at", "seq"],
    ] {
        index(manager, "audit_event", &columns, Keys::Many).await?;
    }
    Ok(())
}
