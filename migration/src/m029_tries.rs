//! Wrong tries to sign in and to unlock, and the places that people sign in from: shared between nodes and kept over a
//! restart. Accounts and addresses stand in it under names that only the master key makes.

use sea_orm_migration::prelude::*;

use crate::support::*;

migration!(Tries, "m029_tries", up);

async fn up(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(table(
            "sign_in_try",
            vec![
                id("id"),
                // Nothing where the place is one that the account is known at: such tries count at that place alone.
                maybe(text("account")),
                text("place"),
                instant("tried_at"),
            ],
            &["id"],
        ))
        .await?;
    index(manager, "sign_in_try", &["account"], Keys::Many).await?;
    index(manager, "sign_in_try", &["place"], Keys::Many).await?;
    index(manager, "sign_in_try", &["tried_at"], Keys::Many).await?;
    manager
        .create_table(table(
            "known_place",
            vec![id("person"), text("place"), instant("seen_at")],
            &["person", "place"],
        ))
        .await?;
    index(manager, "known_place", &["seen_at"], Keys::Many).await?;
    manager
        .create_table(table(
            "pin_try",
            vec![
                code("practice"),
                id("device"),
                number("wrong"),
                instant("last_at"),
            ],
            &["practice", "device"],
        ))
        .await?;
    index(manager, "pin_try", &["last_at"], Keys::Many).await
}
