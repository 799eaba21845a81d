//! People who sign in, what they may do where, clinicians, and the devices enrolled for them.

use sea_orm_migration::prelude::*;

use crate::support::*;

migration!(People, "m003_people", up);

async fn up(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(table(
            "person",
            vec![
                id("id"),
                text("email"),
                text("name"),
                maybe(text("password_hash")),
                instant("created_at"),
                maybe(instant("disabled_at")),
            ],
            &["id"],
        ))
        .await?;
    index(manager, "person", &["email"], Keys::Unique).await?;
    manager
        .create_table(table(
            "role_grant",
            vec![
                id("id"),
                id("person"),
                code("role"),
                code("organisation"),
                instant("granted_at"),
                maybe(instant("revoked_at")),
            ],
            &["id"],
        ))
        .await?;
    index(manager, "role_grant", &["person"], Keys::Many).await?;
    manager
        .create_table(table(
            "session",
            vec![
                id("id"),
                text("secret_hash"),
                code("kind"),
                id("person"),
                instant("created_at"),
                instant("last_seen_at"),
                instant("expires_at"),
                maybe(instant("revoked_at")),
            ],
            &["id"],
        ))
        .await?;
    index(manager, "session", &["secret_hash"], Keys::Unique).await?;
    index(manager, "session", &["person"], Keys::Many).await?;
    manager
        .create_table(table(
            "one_time_link",
            vec![
                id("id"),
                text("secret_hash"),
                code("purpose"),
                maybe(code("practice")),
                maybe(id("subject")),
                instant("created_at"),
                instant("expires_at"),
                maybe(instant("used_at")),
            ],
            &["id"],
        ))
        .await?;
    index(manager, "one_time_link", &["secret_hash"], Keys::Unique).await?;
    manager
        .create_table(table(
            "clinician",
            vec![
                code("practice"),
                id("id"),
                text("label"),
                code("staff_group"),
                instant("added_at"),
                maybe(day("left_on")),
            ],
            &["practice", "id"],
        ))
        .await?;
    manager
        .create_table(
            table(
                "device",
                vec![
                    code("practice"),
                    id("id"),
                    id("clinician"),
                    text("secret_hash"),
                    instant("enrolled_at"),
                    instant("expires_at"),
                    instant("last_seen_at"),
                    maybe(text("pin_hash")),
                    maybe(instant("revoked_at")),
                ],
                &["practice", "id"],
            )
            .foreign_key(&mut belongs_to("device", "clinician", "clinician"))
            .to_owned(),
        )
        .await?;
    index(manager, "device", &["secret_hash"], Keys::Unique).await?;
    index(manager, "device", &["practice", "clinician"], Keys::Many).await
}
