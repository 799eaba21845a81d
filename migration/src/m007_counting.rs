//! Counting in full: ticks for work beside the contacts, sessions in halves with a rota, limits that end, why a contact
//! was voided.

use sea_orm_migration::{prelude::*, sea_orm::ConnectionTrait};

use crate::support::*;

migration!(Counting, "m007_counting", up);

async fn up(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    add(manager, "contact_void", maybe(code("reason"))).await?;
    add(manager, "limit_rule", maybe(day("last_on"))).await?;
    add(manager, "limit_rule", maybe(number("duty_day"))).await?;
    ticks(manager).await?;
    sessions(manager).await?;
    append_only(manager, &["tick", "day_worked", "rota"]).await
}

async fn add(
    manager: &SchemaManager<'_>,
    table: &'static str,
    mut column: ColumnDef,
) -> Result<(), DbErr> {
    let alter = Table::alter()
        .table(table)
        .add_column(&mut column)
        .to_owned();
    manager.alter_table(alter).await
}

async fn ticks(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    // No foreign key to the clinician: a tick may belong to the practice as a whole.
    manager
        .create_table(table(
            "tick",
            vec![
                code("practice"),
                id("id"),
                id("clinician"),
                day("day"),
                code("source"),
                code("kind"),
                number("n"),
                instant("recorded_at"),
                id("recorded_by"),
            ],
            &["practice", "id"],
        ))
        .await?;
    index(manager, "tick", &["practice", "day"], Keys::Many).await
}

/// Sessions were whole numbers; now they are counted in halves, with the duty doctor marked.
async fn sessions(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(
            table(
                "day_worked",
                vec![
                    code("practice"),
                    id("id"),
                    id("clinician"),
                    day("day"),
                    number("half_sessions"),
                    flag("duty"),
                    instant("recorded_at"),
                    id("recorded_by"),
                ],
                &["practice", "id"],
            )
            .foreign_key(&mut belongs_to("day_worked", "clinician", "clinician"))
            .to_owned(),
        )
        .await?;
    index(
        manager,
        "day_worked",
        &["practice", "day", "clinician"],
        Keys::Many,
    )
    .await?;
    manager
        .get_connection()
        .execute_unprepared(
            "INSERT INTO day_worked (practice, id, clinician, day, half_sessions, duty, recorded_at, recorded_by)
             SELECT practice, id, clinician, day, sessions * 2, FALSE, recorded_at, recorded_by FROM sessions_worked",
        )
        .await?;
    manager
        .drop_table(Table::drop().table("sessions_worked").to_owned())
        .await?;
    manager
        .create_table(
            table(
                "rota",
                vec![
                    code("practice"),
                    id("id"),
                    id("clinician"),
                    number("weekday"),
                    number("half_sessions"),
                    day("effective_on"),
                    instant("recorded_at"),
                    id("recorded_by"),
                ],
                &["practice", "id"],
            )
            .foreign_key(&mut belongs_to("rota", "clinician", "clinician"))
            .to_owned(),
        )
        .await
}
