//! What an LMC says of transferred work: routes, duties of its area, good examples. A row for each change; one that takes
//! back another says nothing itself. Its practices read it too.

use chrono::{DateTime, Utc};
use entity::{
    good_example,
    ids::{OrgCode, RowId},
    joint_letter, joint_letter_event, local_duty, transfer_route,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter, QueryOrder,
};
use uuid::Uuid;

use super::write;
use crate::{
    db::Scoped,
    domain::{
        access::{LmcScope, PracticeScope},
        transfer::{
            ProviderRef,
            desk::{GoodExample, LocalDuty, TransferRoute},
        },
    },
    error::AppError,
};

/// Rows that one LMC may keep of all that its desk writes.
const MOST: u64 = 5_000;

/// Whether the desk of an LMC takes one row more.
///
/// # Errors
/// A sentence where it is full; where the database cannot be read.
pub async fn room<C: ConnectionTrait>(at: Scoped<'_, C, LmcScope>) -> Result<(), AppError> {
    macro_rules! kept {
        ($($entity:ident),+) => {
            [$($entity::Entity::find()
                .filter($entity::Column::Lmc.eq(at.scope.lmc().clone()))
                .count(at.conn)
                .await?),+]
        };
    }
    let kept = kept!(local_duty, good_example, transfer_route, joint_letter, joint_letter_event);
    if kept.iter().sum::<u64>() < MOST {
        return Ok(());
    }
    Err(AppError::field("id", format!("A desk keeps {MOST} entries, and this one is full")))
}

macro_rules! rows {
    ($entity:ident, $conn:expr, $lmc:expr) => {
        $entity::Entity::find()
            .filter($entity::Column::Lmc.eq($lmc.clone()))
            .order_by_asc($entity::Column::RecordedAt)
            .order_by_asc($entity::Column::Id)
            .all($conn)
            .await?
    };
}

macro_rules! add {
    ($entity:ident, $conn:expr, $row:expr) => {{
        let row: $entity::Model = $row;
        let key = (row.lmc.clone(), row.id);
        let added = $entity::Entity::insert(row.clone().into_active_model())
            .on_conflict_do_nothing_on([$entity::Column::Lmc, $entity::Column::Id])
            .exec_without_returning($conn)
            .await?;
        if matches!(added, sea_orm::TryInsertResult::Inserted(1..)) {
            return Ok(write::Outcome::New);
        }
        let before = $entity::Entity::find_by_id(key).one($conn).await?;
        Ok(write::Outcome::again(before.is_some_and(|before| {
            $entity::Model { recorded_at: before.recorded_at, recorded_by: before.recorded_by, ..row } == before
        })))
    }};
}
pub(super) use add;

/// Leaves out what was taken back, and the rows that say so.
fn standing<T>(rows: Vec<T>, id: impl Fn(&T) -> RowId, takes_back: impl Fn(&T) -> Option<RowId>) -> Vec<T> {
    let gone: Vec<RowId> = rows.iter().filter_map(&takes_back).collect();
    rows.into_iter().filter(|row| takes_back(row).is_none() && !gone.contains(&id(row))).collect()
}

async fn read_duties(conn: &impl ConnectionTrait, lmc: &OrgCode) -> Result<Vec<LocalDuty>, DbErr> {
    let rows = rows!(local_duty, conn, lmc);
    let rows = standing(rows, |row| row.id, |row| row.takes_back);
    Ok(rows
        .into_iter()
        .map(|row| LocalDuty {
            id: row.id,
            category: row.category,
            duty: row.duty,
            instrument: row.instrument,
            clause: row.clause,
            text: row.text,
            source: row.source,
            valid_from: row.valid_from,
            valid_to: row.valid_to,
            takes_back: None,
        })
        .collect())
}

/// The duties of an LMC's area, for its officers.
pub async fn duties<C: ConnectionTrait>(at: Scoped<'_, C, LmcScope>) -> Result<Vec<LocalDuty>, DbErr> {
    read_duties(at.conn, at.scope.lmc()).await
}

/// Those of the LMC that represents the practice: it wrote them for its practices to read.
pub async fn duties_for<C: ConnectionTrait>(
    at: Scoped<'_, C, PracticeScope>,
    lmc: &OrgCode,
) -> Result<Vec<LocalDuty>, DbErr> {
    read_duties(at.conn, lmc).await
}

/// Appends a duty, or what takes one back.
pub async fn add_duty<C: ConnectionTrait>(
    at: Scoped<'_, C, LmcScope>,
    new: &LocalDuty,
    by: Uuid,
    now: DateTime<Utc>,
) -> Result<write::Outcome, DbErr> {
    let row = local_duty::Model {
        lmc: at.scope.lmc().clone(),
        id: new.id,
        category: new.category.clone(),
        duty: new.duty.clone(),
        instrument: new.instrument.clone(),
        clause: new.clause.clone(),
        text: new.text.clone(),
        source: new.source.clone(),
        valid_from: new.valid_from,
        valid_to: new.valid_to,
        takes_back: new.takes_back,
        recorded_at: now,
        recorded_by: by,
    };
    add!(local_duty, at.conn, row)
}

async fn read_routes(conn: &impl ConnectionTrait, lmc: &OrgCode) -> Result<Vec<TransferRoute>, DbErr> {
    let number = |n: i32| u16::try_from(n).unwrap_or_default();
    let rows = rows!(transfer_route, conn, lmc).into_iter();
    Ok(rows
        .map(|row| TransferRoute {
            id: row.id,
            provider: row.provider.zip(row.provider_name).map(|(key, name)| ProviderRef { key, name }),
            category: row.category,
            recipient: row.recipient,
            reply_within: row.reply_within.map(number),
            first_step: number(row.first_step),
            harm: row.harm,
            shown_singly: row.shown_singly,
        })
        .collect())
}

/// Whom practices of an LMC write to, the oldest first, for its officers.
pub async fn routes<C: ConnectionTrait>(at: Scoped<'_, C, LmcScope>) -> Result<Vec<TransferRoute>, DbErr> {
    read_routes(at.conn, at.scope.lmc()).await
}

/// The same for a practice that the LMC represents.
pub async fn routes_for<C: ConnectionTrait>(
    at: Scoped<'_, C, PracticeScope>,
    lmc: &OrgCode,
) -> Result<Vec<TransferRoute>, DbErr> {
    read_routes(at.conn, lmc).await
}

/// Appends a route; it takes the place of one for the same provider and kind.
pub async fn add_route<C: ConnectionTrait>(
    at: Scoped<'_, C, LmcScope>,
    new: &TransferRoute,
    by: Uuid,
    now: DateTime<Utc>,
) -> Result<write::Outcome, DbErr> {
    let (provider, provider_name) = new.provider.clone().map(|one| (one.key, one.name)).unzip();
    let row = transfer_route::Model {
        lmc: at.scope.lmc().clone(),
        id: new.id,
        provider,
        provider_name,
        category: new.category.clone(),
        recipient: new.recipient.clone(),
        reply_within: new.reply_within.map(i32::from),
        first_step: new.first_step.into(),
        harm: new.harm,
        shown_singly: new.shown_singly,
        recorded_at: now,
        recorded_by: by,
    };
    add!(transfer_route, at.conn, row)
}

async fn read_examples(conn: &impl ConnectionTrait, lmc: &OrgCode) -> Result<Vec<GoodExample>, DbErr> {
    let rows = rows!(good_example, conn, lmc);
    let rows = standing(rows, |row| row.id, |row| row.takes_back);
    Ok(rows
        .into_iter()
        .map(|row| GoodExample {
            id: row.id,
            place: row.place,
            category: row.category,
            what: row.what,
            source: row.source,
            seen_on: row.seen_on,
            takes_back: None,
        })
        .collect())
}

/// Where it was solved, the oldest first, for an LMC's officers.
pub async fn examples<C: ConnectionTrait>(at: Scoped<'_, C, LmcScope>) -> Result<Vec<GoodExample>, DbErr> {
    read_examples(at.conn, at.scope.lmc()).await
}

/// The same for a practice that the LMC represents.
pub async fn examples_for<C: ConnectionTrait>(
    at: Scoped<'_, C, PracticeScope>,
    lmc: &OrgCode,
) -> Result<Vec<GoodExample>, DbErr> {
    read_examples(at.conn, lmc).await
}

/// Appends an example, or what takes one back.
pub async fn add_example<C: ConnectionTrait>(
    at: Scoped<'_, C, LmcScope>,
    new: &GoodExample,
    by: Uuid,
    now: DateTime<Utc>,
) -> Result<write::Outcome, DbErr> {
    let row = good_example::Model {
        lmc: at.scope.lmc().clone(),
        id: new.id,
        place: new.place.clone(),
        category: new.category.clone(),
        what: new.what.clone(),
        source: new.source.clone(),
        seen_on: new.seen_on,
        takes_back: new.takes_back,
        recorded_at: now,
        recorded_by: by,
    };
    add!(good_example, at.conn, row)
}
