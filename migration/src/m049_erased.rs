//! When a clinician had what they counted erased: a queue of before brings nothing back.

use sea_orm_migration::prelude::*;

use crate::support::*;

migration!(Erased, "m049_erased", up);

async fn up(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut erased = maybe(instant("erased_at"));
    let alter = Table::alter()
        .table("clinician")
        .add_column(&mut erased)
        .to_owned();
    manager.alter_table(alter).await
}
