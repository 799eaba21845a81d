//! The log of transferred work. A correction adds a row; nothing is updated. What stands is read without what was corrected.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use entity::{
    ids::{LocalDate, NotAnId, OdsCode, TransferId},
    transfer,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Alias, Expr, ExprTrait, Query, SelectStatement, SimpleExpr},
};
use uuid::Uuid;

use super::write;
use crate::{
    db::Scoped,
    domain::{
        access::{EverywhereScope, PracticeScope},
        transfer::{Minutes, NewTransfer, ProviderRef, Transfer, TransferOutcome},
    },
};

pub mod imports;

/// Entries that are read in one statement.
const PIECE: u64 = 5_000;

fn minutes(n: i32) -> u16 {
    u16::try_from(n).unwrap_or_default()
}

fn text<T: std::str::FromStr>(text: Option<&String>) -> Option<T> {
    text.and_then(|text| text.parse().ok())
}

/// An item as its row says.
pub fn of_row(row: transfer::Model) -> Result<Transfer, DbErr> {
    let outcome: TransferOutcome = row.outcome.parse().map_err(|error: NotAnId| DbErr::Type(error.to_string()))?;
    Ok(Transfer {
        says: NewTransfer {
            id: row.id,
            corrects: row.corrects,
            first: row.first,
            provider: ProviderRef { key: row.provider, name: row.provider_name },
            department: row.department,
            pathway: row.pathway,
            category: row.category,
            asked: text(row.asked.as_ref()),
            reason: row.reason,
            route: row.route,
            outcome,
            minutes: Minutes {
                gp: minutes(row.minutes_gp),
                other_clinician: minutes(row.minutes_other_clinician),
                nurse: minutes(row.minutes_nurse),
                admin: minutes(row.minutes_admin),
            },
            reference: text(row.reference.as_ref()),
            came_on: row.came_on,
            duty: row.duty,
            edition: row.edition,
            removed: row.removed,
        },
        recorded_at: row.recorded_at,
    })
}

/// An item as it is kept.
pub fn row(practice: &OdsCode, new: &NewTransfer, recorded_by: Uuid, recorded_at: DateTime<Utc>) -> transfer::Model {
    let NewTransfer { minutes, .. } = new;
    transfer::Model {
        practice: practice.clone(),
        id: new.id,
        corrects: new.corrects,
        first: new.first,
        provider: new.provider.key.clone(),
        provider_name: new.provider.name.clone(),
        department: new.department.clone(),
        pathway: new.pathway,
        category: new.category.clone(),
        reason: new.reason.clone(),
        route: new.route.clone(),
        asked: new.asked.as_ref().map(ToString::to_string),
        outcome: new.outcome.as_str().to_owned(),
        minutes_gp: minutes.gp.into(),
        minutes_other_clinician: minutes.other_clinician.into(),
        minutes_nurse: minutes.nurse.into(),
        minutes_admin: minutes.admin.into(),
        reference: new.reference.as_ref().map(ToString::to_string),
        came_on: new.came_on,
        duty: new.duty.clone(),
        edition: new.edition.clone(),
        removed: new.removed,
        recorded_at,
        recorded_by,
    }
}

/// Entries that no other takes the place of, and that count.
pub(super) fn standing() -> sea_orm::Select<transfer::Entity> {
    latest().filter(transfer::Column::Removed.eq(false))
}

/// Entries that no other takes the place of.
fn latest() -> sea_orm::Select<transfer::Entity> {
    transfer::Entity::find().filter(Expr::not_exists(corrections(&Alias::new("later"))))
}

/// The same as it stood at an instant: corrections of afterwards take nothing back.
fn standing_before(instant: DateTime<Utc>) -> sea_orm::Select<transfer::Entity> {
    let later = Alias::new("later");
    let mut corrected = corrections(&later);
    corrected.and_where(Expr::col((later, transfer::Column::RecordedAt)).lt(instant));
    transfer::Entity::find()
        .filter(Expr::not_exists(corrected))
        .filter(transfer::Column::Removed.eq(false))
        .filter(transfer::Column::RecordedAt.lt(instant))
}

/// Entries, by this name, that take the place of another.
fn corrections(later: &Alias) -> SelectStatement {
    Query::select()
        .expr(Expr::val(1))
        .from_as(transfer::Entity, later.clone())
        .and_where(
            Expr::col((later.clone(), transfer::Column::Practice))
                .equals((transfer::Entity, transfer::Column::Practice)),
        )
        .and_where(
            Expr::col((later.clone(), transfer::Column::Corrects)).equals((transfer::Entity, transfer::Column::Id)),
        )
        .to_owned()
}

/// Practices that ever logged transferred work, for a job.
pub async fn practices_logging<C: ConnectionTrait>(
    at: Scoped<'_, C, EverywhereScope>,
) -> Result<BTreeSet<OdsCode>, DbErr> {
    let practices = transfer::Entity::find()
        .select_only()
        .column(transfer::Column::Practice)
        .distinct()
        .into_tuple::<OdsCode>()
        .all(at.conn)
        .await?;
    Ok(practices.into_iter().collect())
}

/// Those of the practices to which at least so many items came between two days, as it stood at an instant.
pub async fn to_whom_came<C: ConnectionTrait>(
    at: Scoped<'_, C, EverywhereScope>,
    (practices, (from, to)): (&[OdsCode], (LocalDate, LocalDate)),
    before: DateTime<Utc>,
    least: u32,
) -> Result<Vec<OdsCode>, DbErr> {
    standing_before(before)
        .filter(transfer::Column::Practice.is_in(practices.iter().cloned()))
        .filter(transfer::Column::CameOn.between(from, to))
        .select_only()
        .column(transfer::Column::Practice)
        .group_by(transfer::Column::Practice)
        .having(transfer::Column::Id.count().gte(least))
        .into_tuple::<OdsCode>()
        .all(at.conn)
        .await
}

/// What stands of the work that came from one day to another, the newest first: all of it, however much, for sums and files
/// are of the whole.
pub async fn of_practice<C: ConnectionTrait>(
    at: Scoped<'_, C, PracticeScope>,
    from: LocalDate,
    to: LocalDate,
) -> Result<Vec<Transfer>, DbErr> {
    let all = standing()
        .filter(transfer::Column::Practice.eq(at.scope.practice().clone()))
        .filter(transfer::Column::CameOn.between(from, to));
    whole(at.conn, all).await
}

/// The same behind an item, and so many at most.
pub async fn page<C: ConnectionTrait>(
    at: Scoped<'_, C, PracticeScope>,
    (from, to): (LocalDate, LocalDate),
    after: Option<(LocalDate, TransferId)>,
    most: Option<u64>,
) -> Result<Vec<Transfer>, DbErr> {
    let mut asked = standing()
        .filter(transfer::Column::Practice.eq(at.scope.practice().clone()))
        .filter(transfer::Column::CameOn.between(from, to));
    if let Some((day, id)) = after {
        asked = asked.filter(behind(day, id));
    }
    let Some(most) = most else { return whole(at.conn, asked).await };
    let rows = asked
        .order_by_desc(transfer::Column::CameOn)
        .order_by_desc(transfer::Column::Id)
        .limit(most)
        .all(at.conn)
        .await?;
    rows.into_iter().map(of_row).collect()
}

/// What comes behind an item, where the newest come first.
fn behind(day: LocalDate, id: TransferId) -> SimpleExpr {
    let same_day = transfer::Column::CameOn.eq(day).and(transfer::Column::Id.lt(id));
    transfer::Column::CameOn.lt(day).or(same_day)
}

/// Everything that is asked for, the newest first, a piece at a time.
async fn whole(conn: &impl ConnectionTrait, asked: sea_orm::Select<transfer::Entity>) -> Result<Vec<Transfer>, DbErr> {
    let mut found: Vec<Transfer> = Vec::new();
    loop {
        let mut piece = asked.clone();
        if let Some(last) = found.last() {
            piece = piece.filter(behind(last.says.came_on, last.says.id));
        }
        let rows = piece
            .order_by_desc(transfer::Column::CameOn)
            .order_by_desc(transfer::Column::Id)
            .limit(PIECE)
            .all(conn)
            .await?;
        let is_last = u64::try_from(rows.len()).is_ok_and(|rows| rows < PIECE);
        for row in rows {
            found.push(of_row(row)?);
        }
        if is_last {
            return Ok(found);
        }
    }
}

/// The same of some kinds of work alone.
pub async fn of_kinds<C: ConnectionTrait>(
    at: Scoped<'_, C, PracticeScope>,
    kinds: &[&str],
    (from, to): (LocalDate, LocalDate),
) -> Result<Vec<Transfer>, DbErr> {
    let all = standing()
        .filter(transfer::Column::Practice.eq(at.scope.practice().clone()))
        .filter(transfer::Column::CameOn.between(from, to))
        .filter(transfer::Column::Category.is_in(kinds.iter().copied()));
    whole(at.conn, all).await
}

/// The entries that stand of items by their lasting names, in the order of these.
pub async fn lasting<C: ConnectionTrait>(
    at: Scoped<'_, C, PracticeScope>,
    names: &[TransferId],
) -> Result<Vec<Transfer>, DbErr> {
    if names.is_empty() {
        return Ok(Vec::new());
    }
    let by_name =
        transfer::Column::Id.is_in(names.iter().copied()).or(transfer::Column::First.is_in(names.iter().copied()));
    let rows = standing()
        .filter(transfer::Column::Practice.eq(at.scope.practice().clone()))
        .filter(by_name)
        .all(at.conn)
        .await?;
    let mut found = rows.into_iter().map(of_row).collect::<Result<Vec<_>, _>>()?;
    found.retain(|item| names.contains(&item.says.lasting()));
    found.sort_by_key(|item| names.iter().position(|name| *name == item.says.lasting()));
    Ok(found)
}

/// One entry, corrected or not.
pub async fn one<C: ConnectionTrait>(
    at: Scoped<'_, C, PracticeScope>,
    id: TransferId,
) -> Result<Option<Transfer>, DbErr> {
    let key = (at.scope.practice().clone(), id);
    transfer::Entity::find_by_id(key).one(at.conn).await?.map(of_row).transpose()
}

/// The entry of an item that no other takes the place of, be it one that took the item out; from any of its entries.
pub async fn newest<C: ConnectionTrait>(at: Scoped<'_, C, PracticeScope>, id: TransferId) -> Result<TransferId, DbErr> {
    let lasting = one(at, id).await?.map_or(id, |entry| entry.says.lasting());
    let newest = latest()
        .filter(transfer::Column::Practice.eq(at.scope.practice().clone()))
        .filter(transfer::Column::Id.eq(lasting).or(transfer::Column::First.eq(lasting)))
        .one(at.conn)
        .await?;
    Ok(newest.map_or(id, |entry| entry.id))
}

/// Appends an entry; the id is the client's. Of two corrections of one entry the first is kept, and the other is told that
/// its id does not stand.
pub async fn add<C: ConnectionTrait>(
    at: Scoped<'_, C, PracticeScope>,
    new: &NewTransfer,
    recorded_by: Uuid,
    now: DateTime<Utc>,
) -> Result<write::Outcome, DbErr> {
    let practice = at.scope.practice();
    let added = transfer::Entity::insert(row(practice, new, recorded_by, now).into_active_model())
        .on_conflict(sea_orm::sea_query::OnConflict::new().do_nothing().to_owned())
        .try_insert()
        .exec_without_returning(at.conn)
        .await?;
    if matches!(added, sea_orm::TryInsertResult::Inserted(1..)) {
        return Ok(write::Outcome::New);
    }
    let stored = one(at, new.id).await?;
    // What the book of the area proposed is not what was sent: another duty may hold when it is sent again.
    Ok(write::Outcome::again(stored.is_some_and(|stored| {
        let (duty, edition) = (stored.says.duty.clone(), stored.says.edition.clone());
        stored.says == NewTransfer { duty, edition, ..new.clone() }
    })))
}
