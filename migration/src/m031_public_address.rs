//! The address under which people reach the service, as it was last served: for links that commands print.

use sea_orm_migration::prelude::*;

use crate::support::*;

migration!(PublicAddress, "m031_public_address", up);

async fn up(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(table(
            "public_address",
            vec![code("name"), text("address"), instant("recorded_at")],
            &["name"],
        ))
        .await
}
