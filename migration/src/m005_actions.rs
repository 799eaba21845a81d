//! The action register: subjects, statuses, confirmations, consent, weekly answers and access receipts.

use sea_orm_migration::prelude::*;

use crate::support::*;

migration!(Actions, "m005_actions", up);

async fn up(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    register(manager).await?;
    sharing(manager).await?;
    append_only(
        manager,
        &[
            "subject",
            "action_status",
            "status_answer",
            "consent",
            "weekly_answer",
            "access_receipt",
        ],
    )
    .await
}

async fn register(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(table(
            "subject",
            vec![
                code("practice"),
                id("id"),
                code("item"),
                text("name"),
                text("name_key"),
                instant("recorded_at"),
            ],
            &["practice", "id"],
        ))
        .await?;
    index(
        manager,
        "subject",
        &["practice", "item", "name_key"],
        Keys::Unique,
    )
    .await?;
    manager
        .create_table(
            table(
                "action_status",
                vec![
                    code("practice"),
                    id("id"),
                    code("item"),
                    maybe(id("subject")),
                    code("status"),
                    day("effective_on"),
                    flag("about"),
                    maybe(day("notice_served_on")),
                    maybe(day("decided_on")),
                    maybe(day("staff_told_on")),
                    code("edition"),
                    code("position"),
                    text("guard_rail"),
                    code("entered_by"),
                    instant("recorded_at"),
                    id("recorded_by"),
                ],
                &["practice", "id"],
            )
            .foreign_key(&mut belongs_to("action_status", "subject", "subject"))
            .to_owned(),
        )
        .await?;
    index(
        manager,
        "action_status",
        &["practice", "item", "recorded_at"],
        Keys::Many,
    )
    .await?;
    manager
        .create_table(
            table(
                "status_answer",
                vec![
                    code("practice"),
                    id("id"),
                    id("status"),
                    code("answer"),
                    instant("recorded_at"),
                    id("recorded_by"),
                ],
                &["practice", "id"],
            )
            .foreign_key(&mut belongs_to("status_answer", "status", "action_status"))
            .to_owned(),
        )
        .await?;
    index(
        manager,
        "status_answer",
        &["practice", "status"],
        Keys::Unique,
    )
    .await
}

async fn sharing(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(table(
            "consent",
            vec![
                code("practice"),
                id("id"),
                code("purpose"),
                code("version"),
                flag("given"),
                instant("recorded_at"),
                id("recorded_by"),
            ],
            &["practice", "id"],
        ))
        .await?;
    index(
        manager,
        "consent",
        &["practice", "purpose", "recorded_at"],
        Keys::Many,
    )
    .await?;
    manager
        .create_table(table(
            "weekly_answer",
            vec![
                code("practice"),
                id("id"),
                day("week_ending"),
                instant("recorded_at"),
                id("recorded_by"),
            ],
            &["practice", "id"],
        ))
        .await?;
    index(
        manager,
        "weekly_answer",
        &["practice", "week_ending"],
        Keys::Unique,
    )
    .await?;
    manager
        .create_table(table(
            "access_receipt",
            vec![
                code("practice"),
                id("id"),
                id("reader"),
                code("role"),
                code("organisation"),
                day("day"),
                instant("recorded_at"),
            ],
            &["practice", "id"],
        ))
        .await?;
    index(
        manager,
        "access_receipt",
        &["practice", "reader", "day"],
        Keys::Unique,
    )
    .await
}
