//! People as an organisation's own sign-in knows them, and the answers of it that were taken.

use sea_orm_migration::prelude::*;

use crate::support::*;

migration!(OutsideIdentities, "m042_outside_identities", up);

async fn up(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(table(
            "outside_identity",
            vec![
                id("id"),
                id("person"),
                text("issuer"),
                text("subject"),
                instant("added_at"),
                maybe(instant("last_used_at")),
            ],
            &["id"],
        ))
        .await?;
    // Of one person, whoever asks at the same moment.
    index(
        manager,
        "outside_identity",
        &["issuer", "subject"],
        Keys::Unique,
    )
    .await?;
    index(manager, "outside_identity", &["person"], Keys::Many).await?;
    manager
        .create_table(table(
            "provider_answer",
            vec![text("state_hash"), instant("taken_at")],
            &["state_hash"],
        ))
        .await
}
