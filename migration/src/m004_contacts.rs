//! Contacts, their voids and tallies, day sheets, limits and sessions worked.

use sea_orm_migration::prelude::*;

use crate::support::*;

migration!(Contacts, "m004_contacts", up);

async fn up(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    contacts(manager).await?;
    days(manager).await?;
    append_only(
        manager,
        &[
            "contact",
            "contact_void",
            "day_sheet",
            "limit_rule",
            "sessions_worked",
            "over_limit_reason",
        ],
    )
    .await
}

async fn contacts(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(
            table(
                "contact",
                vec![
                    code("practice"),
                    id("id"),
                    id("clinician"),
                    day("day"),
                    instant("occurred_at"),
                    instant("recorded_at"),
                    code("kind"),
                    flag("complex"),
                    code("entered"),
                    id("recorded_by"),
                    flag("clock_off"),
                ],
                &["practice", "id"],
            )
            .foreign_key(&mut belongs_to("contact", "clinician", "clinician"))
            .to_owned(),
        )
        .await?;
    index(
        manager,
        "contact",
        &["practice", "clinician", "day"],
        Keys::Many,
    )
    .await?;
    // No foreign key to the contact: a void that arrives before its contact is kept.
    manager
        .create_table(table(
            "contact_void",
            vec![
                code("practice"),
                id("id"),
                id("contact"),
                id("clinician"),
                instant("recorded_at"),
                id("recorded_by"),
            ],
            &["practice", "id"],
        ))
        .await?;
    index(
        manager,
        "contact_void",
        &["practice", "contact", "clinician"],
        Keys::Unique,
    )
    .await?;
    manager
        .create_table(table(
            "tally",
            vec![
                code("practice"),
                id("clinician"),
                day("day"),
                code("source"),
                code("kind"),
                big_number("n"),
            ],
            &["practice", "clinician", "day", "source", "kind"],
        ))
        .await?;
    index(manager, "tally", &["practice", "day"], Keys::Many).await
}

async fn days(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let by_day = |name, extra: Vec<ColumnDef>| {
        let mut columns = vec![code("practice"), id("id"), id("clinician"), day("day")];
        columns.extend(extra);
        columns.extend([instant("recorded_at"), id("recorded_by")]);
        table(name, columns, &["practice", "id"])
            .foreign_key(&mut belongs_to(name, "clinician", "clinician"))
            .to_owned()
    };
    manager
        .create_table(by_day("day_sheet", vec![number("n"), code("entered_by")]))
        .await?;
    manager
        .create_table(by_day("sessions_worked", vec![number("sessions")]))
        .await?;
    manager
        .create_table(by_day("over_limit_reason", vec![code("reason")]))
        .await?;
    for name in ["day_sheet", "sessions_worked", "over_limit_reason"] {
        index(manager, name, &["practice", "day", "clinician"], Keys::Many).await?;
    }
    manager
        .create_table(table(
            "limit_rule",
            vec![
                code("practice"),
                id("id"),
                maybe(id("clinician")),
                day("effective_on"),
                number("full_day"),
                number("one_session"),
                number("nearing_percent"),
                instant("recorded_at"),
                id("recorded_by"),
            ],
            &["practice", "id"],
        ))
        .await
}
