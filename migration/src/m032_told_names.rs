//! What an LMC was told by telephone keeps the name as its officer typed it, apart from the practice's own names; it meets
//! the practice's own subject when the practice confirms.

use sea_orm_migration::prelude::*;

use crate::support::*;

migration!(ToldNames, "m032_told_names", up);

async fn up(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    // Nothing in names of before: they were the practice's own, whoever typed them first.
    let mut entered_by = maybe(code("entered_by"));
    let alter = Table::alter()
        .table("subject")
        .add_column(&mut entered_by)
        .to_owned();
    manager.alter_table(alter).await?;
    // Nothing in answers of before: their entries are about the practice's own subject already.
    let mut subject = maybe(id("subject"));
    let alter = Table::alter()
        .table("status_answer")
        .add_column(&mut subject)
        .to_owned();
    manager.alter_table(alter).await
}
