//! Passkeys of people, the challenges that were answered, and wrong second factors of whatever kind counted together.

use sea_orm_migration::{prelude::*, sea_orm::ConnectionTrait};

use crate::support::*;

migration!(Passkeys, "m044_passkeys", up);

async fn up(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(table(
            "passkey",
            vec![
                id("id"),
                id("person"),
                text("name"),
                text("credential_id"),
                text("credential"),
                big_number("counter"),
                flag("backed_up"),
                instant("added_at"),
                maybe(instant("last_used_at")),
            ],
            &["id"],
        ))
        .await?;
    // Of one person, whoever adds it at the same moment.
    index(manager, "passkey", &["credential_id"], Keys::Unique).await?;
    index(manager, "passkey", &["person"], Keys::Many).await?;
    manager
        .create_table(table(
            "passkey_challenge",
            vec![id("id"), instant("taken_at")],
            &["id"],
        ))
        .await?;
    manager
        .create_table(table(
            "second_factor_try",
            vec![id("person"), number("wrong"), instant("last_at")],
            &["person"],
        ))
        .await?;
    // They were counted with the app; whoever waits goes on waiting.
    manager
        .get_connection()
        .execute_unprepared(
            "INSERT INTO second_factor_try (person, wrong, last_at) \
             SELECT person, wrong, wrong_at FROM second_factor \
             WHERE ended_at IS NULL AND wrong > 0 AND wrong_at IS NOT NULL",
        )
        .await?;
    for column in ["wrong", "wrong_at"] {
        let alter = Table::alter()
            .table("second_factor")
            .drop_column(column)
            .to_owned();
        manager.alter_table(alter).await?;
    }
    Ok(())
}
