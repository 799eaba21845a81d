//! Items that an LMC adds to the menu of its practices: a row for each change, the newest of an item counts.

use sea_orm_migration::prelude::*;

use crate::support::*;

migration!(LocalItems, "m051_local_items", up);

async fn up(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(table(
            "local_item",
            vec![
                code("lmc"),
                id("id"),
                code("item"),
                number("version"),
                text("title"),
                text("plain"),
                text("exception"),
                code("subject"),
                code("position"),
                text("guard_rail"),
                text("source"),
                day("checked_on"),
                day("valid_from"),
                maybe(day("valid_until")),
                instant("recorded_at"),
                id("recorded_by"),
            ],
            &["lmc", "id"],
        ))
        .await?;
    // Of two who change an item at once one is told.
    index(manager, "local_item", &["item", "version"], Keys::Unique).await?;
    append_only(manager, &["local_item"]).await?;
    noted_of(manager, "lmc", &["local_item"]).await
}
