//! Editions of the catalogue that were imported beside the one of the program.

use sea_orm_migration::prelude::*;

use crate::support::*;

migration!(Catalogue, "m011_catalogue", up);

async fn up(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(table(
            "catalogue_edition",
            vec![
                code("edition"),
                text("jurisdiction"),
                day("valid_from"),
                text("body"),
                text("digest"),
                instant("imported_at"),
                id("imported_by"),
            ],
            &["edition"],
        ))
        .await?;
    append_only(manager, &["catalogue_edition"]).await
}
