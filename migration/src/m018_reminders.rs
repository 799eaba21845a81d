//! Reminders that wait to be mailed, and whether a person wants them by mail.

use sea_orm_migration::prelude::*;

use crate::support::*;

migration!(Reminders, "m018_reminders", up);

async fn up(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(table(
            "reminder",
            vec![
                id("id"),
                id("person"),
                day("day"),
                text("body"),
                code("state"),
                instant("queued_at"),
                number("attempts"),
                instant("next_at"),
                maybe(instant("settled_at")),
            ],
            &["id"],
        ))
        .await?;
    index(manager, "reminder", &["person", "day"], Keys::Unique).await?;
    index(manager, "reminder", &["state", "next_at"], Keys::Many).await?;
    manager
        .create_table(table(
            "mail_choice",
            vec![
                id("id"),
                id("person"),
                flag("wanted"),
                instant("recorded_at"),
            ],
            &["id"],
        ))
        .await?;
    index(
        manager,
        "mail_choice",
        &["person", "recorded_at"],
        Keys::Many,
    )
    .await?;
    append_only(manager, &["mail_choice"]).await
}
