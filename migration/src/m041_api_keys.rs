//! Keys of programs that act for a practice, an LMC or an ICB.

use sea_orm_migration::prelude::*;

use crate::support::*;

migration!(ApiKeys, "m041_api_keys", up);

async fn up(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(table(
            "api_key",
            vec![
                code("organisation"),
                id("id"),
                code("role"),
                text("name"),
                text("scopes"),
                text("secret_hash"),
                instant("created_at"),
                id("created_by"),
                instant("expires_at"),
                maybe(instant("last_used_at")),
                maybe(instant("last_files_at")),
                maybe(instant("revoked_at")),
            ],
            &["organisation", "id"],
        ))
        .await?;
    index(manager, "api_key", &["secret_hash"], Keys::Unique).await
}
