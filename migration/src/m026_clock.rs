//! The latest time this installation has seen, so that a clock that jumped is noticed before anything is deleted.

use sea_orm_migration::{prelude::*, sea_orm::ConnectionTrait};

use crate::support::*;

migration!(Clock, "m026_clock", up);

async fn up(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(table(
            "clock_seen",
            vec![number("id"), instant("latest"), instant("stamped")],
            &["id"],
        ))
        .await?;
    // Where there is a past, the newest event says when this installation last ran.
    manager
        .get_connection()
        .execute_unprepared(
            "INSERT INTO clock_seen (id, latest, stamped)
             SELECT 1, newest, newest FROM (SELECT max(recorded_at) AS newest FROM audit_event) AS events
             WHERE newest IS NOT NULL",
        )
        .await?;
    Ok(())
}
