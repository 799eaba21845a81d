//! Browsers that ask to be told of a limit, and what waits to be told to them.

use sea_orm_migration::prelude::*;

use crate::support::*;

migration!(Push, "m050_push", up);

async fn up(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(table(
            "push_subscription",
            vec![
                code("practice"),
                id("id"),
                // A device of a clinician, or a session of a person who runs the practice.
                maybe(id("clinician")),
                maybe(id("device")),
                maybe(id("person")),
                maybe(id("session")),
                text("name"),
                text("endpoint"),
                text("public_key"),
                text("auth"),
                code("kid"),
                instant("created_at"),
                maybe(instant("told_at")),
                maybe(instant("ended_at")),
                maybe(code("ended_why")),
            ],
            &["practice", "id"],
        ))
        .await?;
    index(
        manager,
        "push_subscription",
        &["ended_at", "practice"],
        Keys::Many,
    )
    .await?;
    index(manager, "push_subscription", &["session"], Keys::Many).await?;
    manager
        .create_table(table(
            "push_message",
            vec![
                code("practice"),
                id("id"),
                id("subscription"),
                code("kind"),
                day("day"),
                code("state"),
                instant("queued_at"),
                number("attempts"),
                instant("next_at"),
                maybe(number("answered")),
                maybe(instant("settled_at")),
            ],
            &["practice", "id"],
        ))
        .await?;
    index(manager, "push_message", &["state", "next_at"], Keys::Many).await?;
    index(
        manager,
        "push_message",
        &["practice", "subscription", "day"],
        Keys::Many,
    )
    .await
}
