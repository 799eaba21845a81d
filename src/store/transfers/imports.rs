//! Items of before that a practice added from a sheet, and each sheet as one act.

use chrono::{DateTime, Utc};
use entity::{
    ids::{LocalDate, RowId, TransferId},
    transfer, transfer_import,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect, sea_query::OnConflict,
};
use uuid::Uuid;

use super::{of_row, row};
use crate::{
    db::Scoped,
    domain::{
        access::PracticeScope,
        transfer::{
            NewTransfer,
            past::{NewTransferImport, TransferImport},
        },
    },
    store::keyed,
};

/// Entries that are written in one statement: 24 values each.
const TOGETHER: usize = 500;
/// Most entries that a file is held against.
pub const MOST_ENTRIES: u64 = 100_000;

/// Every entry of the days of a file, corrected and removed ones too, and those of the ids that it names.
pub async fn entries<C: ConnectionTrait>(
    at: Scoped<'_, C, PracticeScope>,
    (from, to): (LocalDate, LocalDate),
    ids: &[TransferId],
) -> Result<Vec<NewTransfer>, DbErr> {
    let own = || transfer::Entity::find().filter(transfer::Column::Practice.eq(at.scope.practice().clone()));
    let mut rows = own().filter(transfer::Column::CameOn.between(from, to)).limit(MOST_ENTRIES).all(at.conn).await?;
    let named = keyed::listed(at.conn, own(), transfer::Column::Id, ids.iter().copied()).await?;
    rows.extend(named.into_iter().filter(|row| row.came_on < from || to < row.came_on));
    let mut entries = Vec::with_capacity(rows.len());
    for entry in rows {
        entries.push(of_row(entry)?.says);
    }
    // A removal counts wherever its own day lies: it names the item, and the item is there.
    Ok(entries)
}

/// Appends entries under the ids that they have, those that are not there yet; how many that were.
pub async fn add_all<C: ConnectionTrait>(
    at: Scoped<'_, C, PracticeScope>,
    items: &[NewTransfer],
    recorded_by: Uuid,
    now: DateTime<Utc>,
) -> Result<u32, DbErr> {
    let mut added = 0_u64;
    for some in items.chunks(TOGETHER) {
        let rows = some.iter().map(|item| row(at.scope.practice(), item, recorded_by, now).into_active_model());
        let inserted = transfer::Entity::insert_many(rows)
            .on_conflict(OnConflict::new().do_nothing().to_owned())
            .exec_without_returning(at.conn)
            .await?;
        added = added.saturating_add(inserted);
    }
    Ok(u32::try_from(added).unwrap_or(u32::MAX))
}

/// Whether all of these entries are there.
pub async fn are_there<C: ConnectionTrait>(
    at: Scoped<'_, C, PracticeScope>,
    ids: &[TransferId],
) -> Result<bool, DbErr> {
    let own = transfer::Entity::find().filter(transfer::Column::Practice.eq(at.scope.practice().clone()));
    let found = keyed::listed(at.conn, own, transfer::Column::Id, ids.iter().copied()).await?;
    Ok(found.len() == ids.len())
}

fn number(n: impl TryInto<i32>) -> i32 {
    n.try_into().unwrap_or(i32::MAX)
}

fn of_import(row: &transfer_import::Model) -> TransferImport {
    TransferImport {
        says: NewTransferImport {
            id: row.id,
            items: row.items.try_into().unwrap_or_default(),
            there: row.there.try_into().unwrap_or_default(),
            refused: row.refused.try_into().unwrap_or_default(),
            first_day: row.first_day,
            last_day: row.last_day,
        },
        recorded_at: row.recorded_at,
    }
}

/// Notes a sheet whose items were added.
pub async fn add<C: ConnectionTrait>(
    at: Scoped<'_, C, PracticeScope>,
    new: &NewTransferImport,
    recorded_by: Uuid,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    let row = transfer_import::Model {
        practice: at.scope.practice().clone(),
        id: new.id,
        items: number(new.items),
        there: number(new.there),
        refused: number(new.refused),
        first_day: new.first_day,
        last_day: new.last_day,
        recorded_at: now,
        recorded_by,
    };
    transfer_import::Entity::insert(row.into_active_model()).exec_without_returning(at.conn).await?;
    Ok(())
}

/// One of them.
pub async fn one<C: ConnectionTrait>(
    at: Scoped<'_, C, PracticeScope>,
    id: RowId,
) -> Result<Option<TransferImport>, DbErr> {
    let key = (at.scope.practice().clone(), id);
    let row = transfer_import::Entity::find_by_id(key).one(at.conn).await?;
    Ok(row.as_ref().map(of_import))
}

/// The last ones, the newest first.
pub async fn last<C: ConnectionTrait>(
    at: Scoped<'_, C, PracticeScope>,
    most: u64,
) -> Result<Vec<TransferImport>, DbErr> {
    let rows = transfer_import::Entity::find()
        .filter(transfer_import::Column::Practice.eq(at.scope.practice().clone()))
        .order_by_desc(transfer_import::Column::RecordedAt)
        .order_by_desc(transfer_import::Column::Id)
        .limit(most)
        .all(at.conn)
        .await?;
    Ok(rows.iter().map(of_import).collect())
}

/// How many there were since.
pub async fn since<C: ConnectionTrait>(at: Scoped<'_, C, PracticeScope>, since: DateTime<Utc>) -> Result<u64, DbErr> {
    transfer_import::Entity::find()
        .filter(transfer_import::Column::Practice.eq(at.scope.practice().clone()))
        .filter(transfer_import::Column::RecordedAt.gte(since))
        .count(at.conn)
        .await
}
