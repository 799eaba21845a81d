//! Consent says from which day on the LMC sees the practice; nothing where earlier days are open too.

use sea_orm_migration::prelude::*;

use crate::support::*;

migration!(ConsentDays, "m033_consent_days", up);

async fn up(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    // Consent of before said nothing of days and opened all of them: it keeps that meaning.
    let mut shown_from = maybe(day("shown_from"));
    let alter = Table::alter()
        .table("consent")
        .add_column(&mut shown_from)
        .to_owned();
    manager.alter_table(alter).await
}
