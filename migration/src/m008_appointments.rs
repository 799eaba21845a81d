//! Appointment extracts: slots, their sums, what was refused, how columns and people were matched; which source counts;
//! and NHS England's published figures.
//!
//! Nothing of an import counts before its row in `slot_import_done`. Rows that were staged by an import which never got
//! one are never read.

use sea_orm_migration::prelude::*;

use crate::support::*;

migration!(Appointments, "m008_appointments", up);

async fn up(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    slots(manager).await?;
    imports(manager).await?;
    published(manager).await?;
    append_only(
        manager,
        &[
            "slot",
            "slot_tally",
            "slot_refusal",
            "slot_import",
            "slot_import_done",
            "column_mapping",
            "source_choice",
            "published_import",
            "published_appointment",
        ],
    )
    .await
}

async fn slots(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    // No foreign key to the clinician: a million rows are staged at once, and the mapping was checked.
    manager
        .create_table(table(
            "slot",
            vec![
                code("practice"),
                id("slot"),
                id("import"),
                big_number("line"),
                id("clinician"),
                day("day"),
                maybe(instant("starts_at")),
                code("kind"),
                code("outcome"),
                instant("recorded_at"),
            ],
            &["practice", "slot", "import"],
        ))
        .await?;
    index(manager, "slot", &["practice", "day"], Keys::Many).await?;
    manager
        .create_table(table(
            "slot_tally",
            vec![
                code("practice"),
                id("import"),
                id("clinician"),
                day("day"),
                code("kind"),
                code("outcome"),
                big_number("n"),
            ],
            &["practice", "import", "clinician", "day", "kind", "outcome"],
        ))
        .await?;
    index(manager, "slot_tally", &["practice", "day"], Keys::Many).await?;
    manager
        .create_table(table(
            "slot_refusal",
            vec![
                code("practice"),
                id("import"),
                big_number("line"),
                code("reason"),
            ],
            &["practice", "import", "line"],
        ))
        .await
}

async fn imports(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(table(
            "slot_import",
            vec![
                code("practice"),
                id("id"),
                code("system"),
                text("file_sha256"),
                number("base"),
                text("summary"),
                instant("recorded_at"),
                id("recorded_by"),
            ],
            &["practice", "id"],
        ))
        .await?;
    // The number of an import is the one after that on which it was built: of two at once, one finds it taken.
    manager
        .create_table(table(
            "slot_import_done",
            vec![
                code("practice"),
                number("seq"),
                id("import"),
                instant("recorded_at"),
                id("recorded_by"),
            ],
            &["practice", "seq"],
        ))
        .await?;
    index(
        manager,
        "slot_import_done",
        &["practice", "import"],
        Keys::Unique,
    )
    .await?;
    manager
        .create_table(table(
            "column_mapping",
            vec![
                code("practice"),
                id("id"),
                code("system"),
                text("content"),
                instant("recorded_at"),
                id("recorded_by"),
            ],
            &["practice", "id"],
        ))
        .await?;
    manager
        .create_table(
            table(
                "source_choice",
                vec![
                    code("practice"),
                    id("id"),
                    id("clinician"),
                    code("source"),
                    day("effective_on"),
                    instant("recorded_at"),
                    id("recorded_by"),
                ],
                &["practice", "id"],
            )
            .foreign_key(&mut belongs_to("source_choice", "clinician", "clinician"))
            .to_owned(),
        )
        .await
}

async fn published(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(table(
            "published_import",
            vec![
                id("id"),
                text("file_sha256"),
                big_number("practices"),
                big_number("appointments"),
                instant("recorded_at"),
            ],
            &["id"],
        ))
        .await?;
    index(manager, "published_import", &["file_sha256"], Keys::Unique).await?;
    manager
        .create_table(table(
            "published_appointment",
            vec![
                code("practice"),
                day("month"),
                id("import"),
                code("staff"),
                code("mode"),
                code("status"),
                big_number("n"),
            ],
            &["practice", "month", "import", "staff", "mode", "status"],
        ))
        .await
}
