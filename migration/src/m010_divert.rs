//! Displays, diverts with their directory, texts and messages, and clinicians who say that they are at their limit.

use sea_orm_migration::prelude::*;

use crate::support::*;

migration!(Divert, "m010_divert", up);

async fn up(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    displays(manager).await?;
    diverts(manager).await?;
    texts(manager).await?;
    messages(manager).await?;
    append_only(
        manager,
        &[
            "divert_start",
            "divert_end",
            "divert_rule",
            "divert_place",
            "divert_text",
            "divert_message",
            "divert_answer",
            "limit_notice",
        ],
    )
    .await
}

async fn displays(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(table(
            "display",
            vec![
                code("practice"),
                id("id"),
                text("label"),
                flag("may_count"),
                text("secret_hash"),
                instant("created_at"),
                id("created_by"),
                maybe(instant("opened_at")),
                instant("expires_at"),
                maybe(instant("revoked_at")),
            ],
            &["practice", "id"],
        ))
        .await?;
    index(manager, "display", &["secret_hash"], Keys::Unique).await?;
    Ok(())
}

async fn diverts(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(table(
            "divert_start",
            vec![
                code("practice"),
                id("id"),
                number("seq"),
                day("day"),
                code("ground"),
                code("guard_rail"),
                text("guard_rail_text"),
                code("role"),
                instant("recorded_at"),
                id("recorded_by"),
            ],
            &["practice", "id"],
        ))
        .await?;
    index(manager, "divert_start", &["practice", "seq"], Keys::Unique).await?;
    index(manager, "divert_start", &["practice", "day"], Keys::Many).await?;
    manager
        .create_table(
            table(
                "divert_end",
                vec![
                    code("practice"),
                    id("id"),
                    id("divert"),
                    code("role"),
                    instant("recorded_at"),
                    id("recorded_by"),
                ],
                &["practice", "id"],
            )
            .foreign_key(&mut belongs_to("divert_end", "divert", "divert_start"))
            .to_owned(),
        )
        .await?;
    index(manager, "divert_end", &["practice", "divert"], Keys::Unique).await?;
    manager
        .create_table(table(
            "divert_rule",
            vec![
                code("practice"),
                id("id"),
                day("effective_on"),
                number("percent"),
                maybe(number("clinicians")),
                instant("recorded_at"),
                id("recorded_by"),
            ],
            &["practice", "id"],
        ))
        .await?;
    manager
        .create_table(
            table(
                "limit_notice",
                vec![
                    code("practice"),
                    id("id"),
                    id("clinician"),
                    day("day"),
                    instant("recorded_at"),
                    id("recorded_by"),
                ],
                &["practice", "id"],
            )
            .foreign_key(&mut belongs_to("limit_notice", "clinician", "clinician"))
            .to_owned(),
        )
        .await?;
    index(
        manager,
        "limit_notice",
        &["practice", "day", "clinician"],
        Keys::Unique,
    )
    .await?;
    Ok(())
}

async fn texts(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(table(
            "divert_place",
            vec![
                code("practice"),
                id("id"),
                code("place"),
                code("kind"),
                text("name"),
                text("hours"),
                text("phone"),
                number("position"),
                flag("listed"),
                instant("recorded_at"),
                id("recorded_by"),
            ],
            &["practice", "id"],
        ))
        .await?;
    index(
        manager,
        "divert_place",
        &["practice", "place", "recorded_at"],
        Keys::Many,
    )
    .await?;
    manager
        .create_table(table(
            "divert_text",
            vec![
                code("practice"),
                id("id"),
                code("kind"),
                number("version"),
                day("effective_on"),
                text("body"),
                instant("recorded_at"),
                id("recorded_by"),
            ],
            &["practice", "id"],
        ))
        .await?;
    index(
        manager,
        "divert_text",
        &["practice", "kind", "version"],
        Keys::Unique,
    )
    .await?;
    Ok(())
}

async fn messages(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(
            table(
                "divert_message",
                vec![
                    code("practice"),
                    id("id"),
                    day("day"),
                    maybe(id("divert")),
                    code("kind"),
                    code("how"),
                    instant("sent_at"),
                    text("body"),
                    instant("recorded_at"),
                    id("recorded_by"),
                ],
                &["practice", "id"],
            )
            .foreign_key(&mut belongs_to("divert_message", "divert", "divert_start"))
            .to_owned(),
        )
        .await?;
    index(manager, "divert_message", &["practice", "day"], Keys::Many).await?;
    manager
        .create_table(
            table(
                "divert_answer",
                vec![
                    code("practice"),
                    id("id"),
                    id("message"),
                    code("answer"),
                    code("how"),
                    instant("answered_at"),
                    instant("recorded_at"),
                    id("recorded_by"),
                ],
                &["practice", "id"],
            )
            .foreign_key(&mut belongs_to(
                "divert_answer",
                "message",
                "divert_message",
            ))
            .to_owned(),
        )
        .await?;
    index(
        manager,
        "divert_answer",
        &["practice", "message"],
        Keys::Many,
    )
    .await?;
    Ok(())
}
