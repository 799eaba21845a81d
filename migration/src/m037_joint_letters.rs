//! What an LMC does about transferred work: letters with the figures of several practices and what came back, good examples,
//! duties of its own area, whom to write to. An item keeps the name of its first entry, for letters are about that.

use sea_orm_migration::prelude::*;

use crate::support::*;

migration!(JointLetters, "m037_joint_letters", up);

const OF_LMCS: [&str; 5] = [
    "joint_letter",
    "joint_letter_event",
    "good_example",
    "local_duty",
    "transfer_route",
];

async fn up(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    // Nothing in entries of before: no letter was about any of them.
    let mut first = maybe(id("first"));
    let alter = Table::alter()
        .table("transfer")
        .add_column(&mut first)
        .to_owned();
    manager.alter_table(alter).await?;
    // A provider's items of a practice, for the letter that returns them and for the page of a provider.
    index(
        manager,
        "transfer",
        &["provider", "practice", "came_on"],
        Keys::Many,
    )
    .await?;
    letters(manager).await?;
    desk(manager).await?;
    append_only(manager, &OF_LMCS).await?;
    noted_of(manager, "lmc", &OF_LMCS).await
}

async fn letters(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(table(
            "joint_letter",
            vec![
                code("lmc"),
                id("id"),
                code("kind"),
                text("provider"),
                text("provider_name"),
                maybe(code("department")),
                maybe(code("category")),
                day("from_day"),
                day("to_day"),
                number("items"),
                number("practices"),
                number("step"),
                text("recipient"),
                text("subject"),
                text("body"),
                day("sent_on"),
                code("how"),
                maybe(day("reply_due_on")),
                instant("recorded_at"),
                id("recorded_by"),
            ],
            &["lmc", "id"],
        ))
        .await?;
    index(manager, "joint_letter", &["lmc", "provider"], Keys::Many).await?;
    let mut letter = ForeignKey::create()
        .name("fk_joint_letter_event_letter")
        .from_tbl("joint_letter_event")
        .from_col("lmc")
        .from_col("letter")
        .to_tbl("joint_letter")
        .to_col("lmc")
        .to_col("id")
        .to_owned();
    manager
        .create_table(
            table(
                "joint_letter_event",
                vec![
                    code("lmc"),
                    id("id"),
                    id("letter"),
                    code("event"),
                    day("happened_on"),
                    maybe(text("note")),
                    instant("recorded_at"),
                    id("recorded_by"),
                ],
                &["lmc", "id"],
            )
            .foreign_key(&mut letter)
            .to_owned(),
        )
        .await?;
    index(
        manager,
        "joint_letter_event",
        &["lmc", "letter"],
        Keys::Many,
    )
    .await
}

async fn desk(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(table(
            "good_example",
            vec![
                code("lmc"),
                id("id"),
                text("place"),
                maybe(code("category")),
                text("what"),
                text("source"),
                day("seen_on"),
                maybe(id("takes_back")),
                instant("recorded_at"),
                id("recorded_by"),
            ],
            &["lmc", "id"],
        ))
        .await?;
    manager
        .create_table(table(
            "local_duty",
            vec![
                code("lmc"),
                id("id"),
                maybe(code("category")),
                // A duty of the national list whose number is another one here.
                maybe(code("duty")),
                text("instrument"),
                text("clause"),
                text("text"),
                text("source"),
                day("valid_from"),
                maybe(day("valid_to")),
                maybe(id("takes_back")),
                instant("recorded_at"),
                id("recorded_by"),
            ],
            &["lmc", "id"],
        ))
        .await?;
    manager
        .create_table(table(
            "transfer_route",
            vec![
                code("lmc"),
                id("id"),
                maybe(text("provider")),
                maybe(text("provider_name")),
                maybe(code("category")),
                maybe(text("recipient")),
                maybe(number("reply_within")),
                number("first_step"),
                flag("harm"),
                flag("shown_singly"),
                instant("recorded_at"),
                id("recorded_by"),
            ],
            &["lmc", "id"],
        ))
        .await
}
