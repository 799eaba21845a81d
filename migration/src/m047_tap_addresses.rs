//! Secret addresses that count one contact a request, for a key on a desk, a watch or a tag.

use sea_orm_migration::prelude::*;

use crate::support::*;

migration!(TapAddresses, "m047_tap_addresses", up);

async fn up(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(table(
            "tap_address",
            vec![
                code("practice"),
                id("id"),
                id("clinician"),
                id("device"),
                text("name"),
                text("secret_hash"),
                instant("created_at"),
                maybe(instant("last_used_at")),
                maybe(instant("revoked_at")),
            ],
            &["practice", "id"],
        ))
        .await?;
    index(manager, "tap_address", &["secret_hash"], Keys::Unique).await?;
    index(
        manager,
        "tap_address",
        &["practice", "clinician"],
        Keys::Many,
    )
    .await
}
