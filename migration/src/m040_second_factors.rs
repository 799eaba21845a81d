//! The second factor of a person, its recovery codes, and which sessions were opened with one.

use sea_orm_migration::prelude::*;

use crate::support::*;

migration!(SecondFactors, "m040_second_factors", up);

async fn up(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(table(
            "second_factor",
            vec![
                id("id"),
                id("person"),
                // Of a secret that the master key makes: whoever reads the database alone cannot make a code.
                text("secret_hash"),
                instant("confirmed_at"),
                // A code is taken once: the step of the newest one that was.
                big_number("last_step"),
                number("wrong"),
                maybe(instant("wrong_at")),
                maybe(instant("ended_at")),
            ],
            &["id"],
        ))
        .await?;
    index(manager, "second_factor", &["person"], Keys::Many).await?;
    manager
        .create_table(table(
            "recovery_code",
            vec![
                id("second_factor"),
                text("code_hash"),
                maybe(instant("used_at")),
            ],
            &["second_factor", "code_hash"],
        ))
        .await?;
    // Nothing in sessions of before: their holders are asked once more.
    let mut proven = maybe(instant("second_factor_at"));
    let alter = Table::alter()
        .table("session")
        .add_column(&mut proven)
        .to_owned();
    manager.alter_table(alter).await
}
