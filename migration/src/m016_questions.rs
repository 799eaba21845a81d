//! Questions that LMCs put to a week's return, and what practices answered.

use sea_orm_migration::prelude::*;

use crate::support::*;

migration!(Questions, "m016_questions", up);

async fn up(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(table(
            "question",
            vec![
                code("lmc"),
                id("id"),
                day("week_ending"),
                number("place"),
                day("opens_on"),
                day("closes_on"),
                code("kind"),
                text("wording"),
                text("options"),
                instant("recorded_at"),
                id("recorded_by"),
            ],
            &["lmc", "id"],
        ))
        .await?;
    // Two questions at once cannot take the same place, so that there are never more than there are places.
    let place = ["lmc", "week_ending", "place"];
    index(manager, "question", &place, Keys::Unique).await?;
    let mut question = ForeignKey::create()
        .name("fk_question_answer_question")
        .from_tbl("question_answer")
        .from_col("lmc")
        .from_col("question")
        .to_tbl("question")
        .to_col("lmc")
        .to_col("id")
        .to_owned();
    manager
        .create_table(
            table(
                "question_answer",
                vec![
                    code("practice"),
                    id("id"),
                    code("lmc"),
                    id("question"),
                    maybe(text("answer")),
                    instant("recorded_at"),
                    id("recorded_by"),
                ],
                &["practice", "id"],
            )
            .foreign_key(&mut question)
            .to_owned(),
        )
        .await?;
    let question = ["question", "practice"];
    index(manager, "question_answer", &question, Keys::Many).await?;
    append_only(manager, &["question", "question_answer"]).await
}
