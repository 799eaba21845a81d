//! Mails about somebody's account that wait to be sent: what they are about and to whom, never what they say.

use sea_orm_migration::prelude::*;

use crate::support::*;

migration!(AccountMails, "m043_account_mails", up);

async fn up(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(table(
            "account_mail",
            vec![
                // Of the link in it too, where it has one: its secret is made from this and the master key.
                id("id"),
                // Nobody, where an address was given that nobody has.
                maybe(id("person")),
                code("about"),
                code("state"),
                instant("queued_at"),
                number("attempts"),
                instant("next_at"),
                maybe(instant("settled_at")),
            ],
            &["id"],
        ))
        .await?;
    index(manager, "account_mail", &["state", "next_at"], Keys::Many).await?;
    index(
        manager,
        "account_mail",
        &["person", "queued_at"],
        Keys::Many,
    )
    .await
}
