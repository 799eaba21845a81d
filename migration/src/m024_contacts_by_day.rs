//! Contacts are found by practice and day. By clinician too, each clinician's next contact lay on a page of its own, and a
//! commit wrote as many pages as it had clinicians; a day of a practice is few enough rows to look through.

use sea_orm_migration::prelude::*;

use crate::support::*;

migration!(ContactsByDay, "m024_contacts_by_day", up);

async fn up(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let by_clinician = Index::drop()
        .name("ix_contact_practice_clinician_day")
        .table("contact")
        .to_owned();
    manager.drop_index(by_clinician).await?;
    index(manager, "contact", &["practice", "day"], Keys::Many).await
}
