//! Sheets of transferred work of before: each whose items were added is one act.

use sea_orm_migration::prelude::*;

use crate::support::*;

migration!(TransferImports, "m038_transfer_imports", up);

async fn up(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(table(
            "transfer_import",
            vec![
                code("practice"),
                id("id"),
                number("items"),
                // `there` and `refused` are rows of the file, for the list of what was added when.
                number("there"),
                number("refused"),
                day("first_day"),
                day("last_day"),
                instant("recorded_at"),
                id("recorded_by"),
            ],
            &["practice", "id"],
        ))
        .await?;
    index(
        manager,
        "transfer_import",
        &["practice", "recorded_at"],
        Keys::Many,
    )
    .await?;
    append_only(manager, &["transfer_import"]).await?;
    noted_of_practices(manager, &["transfer_import"]).await
}
