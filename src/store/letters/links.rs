//! Which transferred work a letter is about: written with the letter, by the lasting names of the items.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use entity::{
    ids::{RowId, TransferId},
    transfer_letter,
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};
use uuid::Uuid;

use super::NewLetter;
use crate::{db::Scoped, domain::access::PracticeScope};

/// Writes what a new letter is about.
pub(super) async fn add<C: ConnectionTrait>(
    at: Scoped<'_, C, PracticeScope>,
    letter: &NewLetter,
    by: Uuid,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    if letter.transfers.is_empty() {
        return Ok(());
    }
    let rows = letter.transfers.iter().map(|transfer| transfer_letter::ActiveModel {
        practice: Set(at.scope.practice().clone()),
        id: Set(RowId(Uuid::now_v7())),
        letter: Set(letter.id),
        transfer: Set(*transfer),
        step: Set(letter.step.unwrap_or_default().into()),
        recorded_at: Set(now),
        recorded_by: Set(by),
    });
    transfer_letter::Entity::insert_many(rows).exec_without_returning(at.conn).await?;
    Ok(())
}

/// What one letter is about, in the order of its items.
pub async fn of_letter<C: ConnectionTrait>(
    at: Scoped<'_, C, PracticeScope>,
    letter: RowId,
) -> Result<Vec<TransferId>, DbErr> {
    transfer_letter::Entity::find()
        .select_only()
        .column(transfer_letter::Column::Transfer)
        .filter(transfer_letter::Column::Practice.eq(at.scope.practice().clone()))
        .filter(transfer_letter::Column::Letter.eq(letter))
        .order_by_asc(transfer_letter::Column::Id)
        .into_tuple()
        .all(at.conn)
        .await
}

/// The letters about each item, with the step of the ladder that each took, the oldest first.
pub type LettersOfItems = BTreeMap<TransferId, Vec<(RowId, u16)>>;

/// Every item of the practice about which a letter went out.
pub async fn of_items<C: ConnectionTrait>(at: Scoped<'_, C, PracticeScope>) -> Result<LettersOfItems, DbErr> {
    let rows: Vec<(TransferId, RowId, i32)> = transfer_letter::Entity::find()
        .select_only()
        .columns([transfer_letter::Column::Transfer, transfer_letter::Column::Letter, transfer_letter::Column::Step])
        .filter(transfer_letter::Column::Practice.eq(at.scope.practice().clone()))
        .order_by_asc(transfer_letter::Column::Id)
        .into_tuple()
        .all(at.conn)
        .await?;
    let mut found = LettersOfItems::new();
    for (transfer, letter, step) in rows {
        found.entry(transfer).or_default().push((letter, u16::try_from(step).unwrap_or_default()));
    }
    Ok(found)
}
