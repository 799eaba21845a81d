//! Notices on services, what came back, and the secret addresses of calendar feeds.

use sea_orm_migration::prelude::*;

use crate::support::*;

migration!(Notices, "m012_notices", up);

async fn up(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(
            table(
                "notice",
                vec![
                    code("practice"),
                    id("id"),
                    code("item"),
                    id("subject"),
                    id("status"),
                    day("served_on"),
                    number("period_n"),
                    code("period_unit"),
                    day("ends_on"),
                    text("commissioner"),
                    code("contract"),
                    maybe(flag("funded")),
                    maybe(number("patients")),
                    maybe(day("reply_due_on")),
                    instant("recorded_at"),
                    id("recorded_by"),
                ],
                &["practice", "id"],
            )
            .foreign_key(&mut belongs_to("notice", "subject", "subject"))
            .foreign_key(&mut belongs_to("notice", "status", "action_status"))
            .to_owned(),
        )
        .await?;
    manager
        .create_table(
            table(
                "notice_event",
                vec![
                    code("practice"),
                    id("id"),
                    id("notice"),
                    code("event"),
                    day("happened_on"),
                    text("note"),
                    instant("recorded_at"),
                    id("recorded_by"),
                ],
                &["practice", "id"],
            )
            .foreign_key(&mut belongs_to("notice_event", "notice", "notice"))
            .to_owned(),
        )
        .await?;
    index(manager, "notice_event", &["practice", "notice"], Keys::Many).await?;
    manager
        .create_table(table(
            "calendar_feed",
            vec![
                code("practice"),
                id("id"),
                id("person"),
                text("secret_hash"),
                instant("created_at"),
                maybe(instant("revoked_at")),
            ],
            &["practice", "id"],
        ))
        .await?;
    index(manager, "calendar_feed", &["secret_hash"], Keys::Unique).await?;
    append_only(manager, &["notice", "notice_event"]).await
}
