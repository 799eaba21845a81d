//! Which pathway of the register an answer is about, where its department does not say; and what a practice notes for itself
//! about the network scheme.

use sea_orm_migration::prelude::*;

use crate::support::*;

migration!(Pathways, "m039_pathways", up);

async fn up(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    // Nothing in entries of before: their departments say it. SQLite takes no foreign key with a column that is added; the
    // act that writes looks the subject up.
    let mut pathway = maybe(id("pathway"));
    let alter = Table::alter()
        .table("transfer")
        .add_column(&mut pathway)
        .to_owned();
    manager.alter_table(alter).await?;
    manager
        .create_table(table(
            "network_note",
            vec![
                code("practice"),
                id("id"),
                code("leaning"),
                maybe(text("note")),
                instant("recorded_at"),
                id("recorded_by"),
            ],
            &["practice", "id"],
        ))
        .await?;
    append_only(manager, &["network_note"]).await?;
    noted_of_practices(manager, &["network_note"]).await
}
