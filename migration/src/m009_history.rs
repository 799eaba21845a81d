//! Practices' days without their clinicians: what is kept when clinicians' own days are folded or erased.

use sea_orm_migration::prelude::*;

use crate::support::*;

migration!(History, "m009_history", up);

async fn up(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(table(
            "practice_day",
            vec![
                code("practice"),
                day("day"),
                number("clinicians"),
                number("contacts"),
                number("limits"),
                number("room"),
                number("at_limit"),
                number("over"),
                number("complex"),
                text("kinds"),
                instant("folded_at"),
            ],
            &["practice", "day"],
        ))
        .await?;
    append_only(manager, &["practice_day"]).await
}
