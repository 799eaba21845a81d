//! Template notices of LMCs, and which notice came from which of them.

use sea_orm_migration::prelude::*;

use crate::support::*;

migration!(TemplateNotices, "m015_template_notices", up);

async fn up(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(table(
            "notice_template",
            vec![
                code("lmc"),
                id("id"),
                id("template"),
                number("version"),
                flag("withdrawn"),
                code("item"),
                text("title"),
                text("service"),
                text("explanation"),
                maybe(number("period_n")),
                maybe(code("period_unit")),
                maybe(day("last_day")),
                maybe(day("serve_on")),
                instant("recorded_at"),
                id("recorded_by"),
            ],
            &["lmc", "id"],
        ))
        .await?;
    let version = ["lmc", "template", "version"];
    index(manager, "notice_template", &version, Keys::Unique).await?;
    manager
        .create_table(
            table(
                "notice_origin",
                vec![
                    code("practice"),
                    id("id"),
                    id("notice"),
                    code("lmc"),
                    id("template"),
                    number("version"),
                    instant("recorded_at"),
                ],
                &["practice", "id"],
            )
            .foreign_key(&mut belongs_to("notice_origin", "notice", "notice"))
            .to_owned(),
        )
        .await?;
    let notice = ["practice", "notice"];
    index(manager, "notice_origin", &notice, Keys::Unique).await?;
    let template = ["template", "practice"];
    index(manager, "notice_origin", &template, Keys::Many).await?;
    append_only(manager, &["notice_template", "notice_origin"]).await
}
