//! Addresses of a practice's own programs, and what waits to be told to them.

use sea_orm_migration::prelude::*;

use crate::support::*;

migration!(Webhooks, "m046_webhooks", up);

async fn up(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(table(
            "webhook",
            vec![
                code("practice"),
                id("id"),
                text("address"),
                text("events"),
                // The secret itself is made from the id and the master key.
                text("secret_hash"),
                instant("created_at"),
                id("created_by"),
                maybe(instant("stopped_at")),
                maybe(instant("revoked_at")),
            ],
            &["practice", "id"],
        ))
        .await?;
    manager
        .create_table(table(
            "webhook_message",
            vec![
                code("practice"),
                id("id"),
                id("webhook"),
                code("event"),
                text("body"),
                code("state"),
                instant("queued_at"),
                number("attempts"),
                instant("next_at"),
                maybe(instant("tried_at")),
                maybe(number("took_ms")),
                maybe(number("answered")),
                maybe(code("failure")),
                maybe(instant("settled_at")),
            ],
            &["practice", "id"],
        ))
        .await?;
    index(
        manager,
        "webhook_message",
        &["state", "next_at"],
        Keys::Many,
    )
    .await?;
    index(
        manager,
        "webhook_message",
        &["practice", "webhook", "queued_at"],
        Keys::Many,
    )
    .await
}
