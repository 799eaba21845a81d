//! What came of an action: who answered, what they said, how it ended. A correction is a new row that names the old one.

use sea_orm_migration::prelude::*;

use crate::support::*;

migration!(Outcomes, "m014_outcomes", up);

async fn up(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(
            table(
                "outcome",
                vec![
                    code("practice"),
                    id("id"),
                    code("item"),
                    maybe(id("subject")),
                    maybe(id("notice")),
                    text("responder"),
                    code("response"),
                    code("ending"),
                    maybe(number("pounds_a_year")),
                    maybe(day("happened_on")),
                    flag("is_public"),
                    maybe(text("public_at")),
                    maybe(id("corrects")),
                    instant("recorded_at"),
                    id("recorded_by"),
                ],
                &["practice", "id"],
            )
            .foreign_key(&mut belongs_to("outcome", "subject", "subject"))
            .foreign_key(&mut belongs_to("outcome", "notice", "notice"))
            .foreign_key(&mut belongs_to("outcome", "corrects", "outcome"))
            .to_owned(),
        )
        .await?;
    // An entry is corrected once; a second correction corrects the first one. Empty ones do not count as equal.
    index(manager, "outcome", &["practice", "corrects"], Keys::Unique).await?;
    append_only(manager, &["outcome"]).await
}
