//! Letters: wordings of LMCs and practices, what went out, and what came back.

use sea_orm_migration::prelude::*;

use crate::support::*;

migration!(Letters, "m013_letters", up);

async fn up(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    wordings(manager).await?;
    letters(manager).await?;
    append_only(
        manager,
        &["lmc_letter_text", "letter_text", "letter", "letter_event"],
    )
    .await
}

async fn wordings(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    for (name, owner) in [("lmc_letter_text", "lmc"), ("letter_text", "practice")] {
        manager
            .create_table(table(
                name,
                vec![
                    code(owner),
                    id("id"),
                    code("kind"),
                    number("version"),
                    day("effective_on"),
                    maybe(text("body")),
                    code("base_level"),
                    number("base_version"),
                    instant("recorded_at"),
                    id("recorded_by"),
                ],
                &[owner, "id"],
            ))
            .await?;
        index(manager, name, &[owner, "kind", "version"], Keys::Unique).await?;
    }
    Ok(())
}

async fn letters(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(table(
            "letter",
            vec![
                code("practice"),
                id("id"),
                code("kind"),
                code("level"),
                maybe(code("lmc")),
                number("version"),
                maybe(id("notice")),
                text("practice_name"),
                day("dated_on"),
                text("recipient"),
                text("subject"),
                text("body"),
                day("sent_on"),
                code("how"),
                maybe(day("reply_due_on")),
                instant("recorded_at"),
                id("recorded_by"),
            ],
            &["practice", "id"],
        ))
        .await?;
    index(manager, "letter", &["practice", "sent_on"], Keys::Many).await?;
    manager
        .create_table(
            table(
                "letter_event",
                vec![
                    code("practice"),
                    id("id"),
                    id("letter"),
                    code("event"),
                    day("happened_on"),
                    maybe(text("note")),
                    instant("recorded_at"),
                    id("recorded_by"),
                ],
                &["practice", "id"],
            )
            .foreign_key(&mut belongs_to("letter_event", "letter", "letter"))
            .to_owned(),
        )
        .await?;
    index(manager, "letter_event", &["practice", "letter"], Keys::Many).await
}
