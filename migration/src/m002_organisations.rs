//! The dated tree of organisations, as facts: who was open, named, and under whom, from which day.

use sea_orm_migration::prelude::*;

use crate::support::*;

migration!(Organisations, "m002_organisations", up);

async fn up(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(table(
            "organisation_import",
            vec![
                id("id"),
                code("source"),
                day("effective_on"),
                instant("recorded_at"),
                text("file_sha256"),
                big_number("facts"),
            ],
            &["id"],
        ))
        .await?;
    manager
        .create_table(table(
            "organisation_fact",
            vec![
                id("id"),
                code("code"),
                code("kind"),
                code("fact"),
                maybe(text("value")),
                maybe(text("second_value")),
                day("effective_on"),
                instant("recorded_at"),
                id("import"),
            ],
            &["id"],
        ))
        .await?;
    index(manager, "organisation_fact", &["code"], Keys::Many).await?;
    append_only(manager, &["organisation_import", "organisation_fact"]).await
}
