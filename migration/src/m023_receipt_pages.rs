//! A receipt says what kind of page was read: one a reader, practice, day and kind of page.

use sea_orm_migration::prelude::*;

use crate::support::*;

migration!(ReceiptPages, "m023_receipt_pages", up);

async fn up(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    // Nothing in receipts of before, which did not say.
    let mut page = maybe(code("page"));
    let alter = Table::alter()
        .table("access_receipt")
        .add_column(&mut page)
        .to_owned();
    manager.alter_table(alter).await?;
    let once_a_day = Index::drop()
        .name("ix_access_receipt_practice_reader_day")
        .table("access_receipt")
        .to_owned();
    manager.drop_index(once_a_day).await?;
    index(
        manager,
        "access_receipt",
        &["practice", "reader", "day", "page"],
        Keys::Unique,
    )
    .await
}
