//! A tally of contacts remembers the first and the last of them. Rows of before have neither, and whoever reads one asks
//! the contacts.

use sea_orm_migration::prelude::*;

use crate::support::*;

migration!(TallyMarks, "m035_tally_marks", up);

async fn up(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    for column in [instant("first_at"), instant("last_at"), id("last_contact")] {
        let mut column = maybe(column);
        let alter = Table::alter()
            .table("tally")
            .add_column(&mut column)
            .to_owned();
        manager.alter_table(alter).await?;
    }
    Ok(())
}
