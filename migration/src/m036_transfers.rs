//! The log of work that hospitals and other providers pass on, and which items a letter sent back. A correction is a new row
//! that names the old one.

use sea_orm_migration::prelude::*;

use crate::support::*;

migration!(Transfers, "m036_transfers", up);

async fn up(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(
            table(
                "transfer",
                vec![
                    code("practice"),
                    id("id"),
                    maybe(id("corrects")),
                    text("provider"),
                    text("provider_name"),
                    maybe(code("department")),
                    code("category"),
                    maybe(text("reason")),
                    code("route"),
                    maybe(text("asked")),
                    code("outcome"),
                    number("minutes_gp"),
                    number("minutes_other_clinician"),
                    number("minutes_nurse"),
                    number("minutes_admin"),
                    maybe(text("reference")),
                    day("came_on"),
                    maybe(code("duty")),
                    code("edition"),
                    flag("removed"),
                    instant("recorded_at"),
                    id("recorded_by"),
                ],
                &["practice", "id"],
            )
            .foreign_key(&mut belongs_to("transfer", "corrects", "transfer"))
            .to_owned(),
        )
        .await?;
    // An entry is corrected once; a second correction corrects the first one. Empty ones do not count as equal.
    index(manager, "transfer", &["practice", "corrects"], Keys::Unique).await?;
    // An area's month is read practice by practice, and repeats are found without the rows themselves.
    index(manager, "transfer", &["practice", "came_on"], Keys::Many).await?;
    manager
        .create_table(
            table(
                "transfer_letter",
                vec![
                    code("practice"),
                    id("id"),
                    id("letter"),
                    id("transfer"),
                    number("step"),
                    instant("recorded_at"),
                    id("recorded_by"),
                ],
                &["practice", "id"],
            )
            .foreign_key(&mut belongs_to("transfer_letter", "letter", "letter"))
            .foreign_key(&mut belongs_to("transfer_letter", "transfer", "transfer"))
            .to_owned(),
        )
        .await?;
    index(
        manager,
        "transfer_letter",
        &["practice", "letter", "transfer"],
        Keys::Unique,
    )
    .await?;
    index(
        manager,
        "transfer_letter",
        &["practice", "transfer"],
        Keys::Many,
    )
    .await?;
    append_only(manager, &["transfer", "transfer_letter"]).await?;
    noted_of_practices(manager, &["transfer", "transfer_letter"]).await
}
