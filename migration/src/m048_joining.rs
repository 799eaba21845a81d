//! Practices that ask to join, or that their LMC proposes, and what became of it.

use sea_orm_migration::prelude::*;

use crate::support::*;

migration!(Joining, "m048_joining", up);

async fn up(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(table(
            "joining",
            vec![
                id("id"),
                code("practice"),
                maybe(code("lmc")),
                text("name"),
                text("email"),
                instant("asked_at"),
                maybe(id("proposed_by")),
                flag("for_managers"),
                maybe(text("held_address")),
                maybe(instant("sent_at")),
                maybe(text("secret_hash")),
                maybe(instant("withdrawn_at")),
                maybe(instant("settled_at")),
                maybe(code("outcome")),
            ],
            &["id"],
        ))
        .await?;
    index(manager, "joining", &["secret_hash"], Keys::Unique).await?;
    index(manager, "joining", &["practice", "asked_at"], Keys::Many).await?;
    index(manager, "joining", &["lmc", "asked_at"], Keys::Many).await
}
