//! When LMCs met: changes of an area are counted from there.

use sea_orm_migration::prelude::*;

use crate::support::*;

migration!(Meetings, "m021_meetings", up);

async fn up(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(table(
            "lmc_meeting",
            vec![
                code("lmc"),
                id("id"),
                day("met_on"),
                instant("recorded_at"),
                id("recorded_by"),
            ],
            &["lmc", "id"],
        ))
        .await?;
    append_only(manager, &["lmc_meeting"]).await
}
