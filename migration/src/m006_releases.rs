//! The ledger of releases and the frozen frame of each frame year.

use sea_orm_migration::prelude::*;

use crate::support::*;

migration!(Releases, "m006_releases", up);

async fn up(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(table(
            "release_frame",
            vec![
                number("year"),
                text("content"),
                text("sha256"),
                instant("recorded_at"),
            ],
            &["year"],
        ))
        .await?;
    manager
        .create_table(table(
            "release",
            vec![
                number("number"),
                number("year"),
                number("period"),
                day("published_on"),
                text("content"),
                text("previous_sha256"),
                text("sha256"),
                instant("recorded_at"),
            ],
            &["number"],
        ))
        .await?;
    index(manager, "release", &["year", "period"], Keys::Unique).await?;
    append_only(manager, &["release_frame", "release"]).await
}
