//! What was counted since the last anchor against the digests of its days.

use std::collections::{BTreeMap, BTreeSet};

use entity::{
    contact, contact_void, day_digest, day_sheet, day_worked,
    ids::{LocalDate, OdsCode},
    over_limit_reason, tick,
};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter};

use super::{Sum, Sums};
use crate::{
    db::Scoped,
    domain::{access::EverywhereScope, calendar},
    store::{
        anchors,
        batches::{self, Batches},
    },
};

/// A practice's day whose rows are not those that were recorded on it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Differs {
    /// Where.
    pub practice: OdsCode,
    /// The London day on which the rows were recorded.
    pub day: LocalDate,
    /// How many rows were recorded.
    pub recorded: i64,
    /// How many there are.
    pub found: i64,
}

/// Compares every day that no anchor covers yet: how many, and which differ.
pub async fn verify<C: ConnectionTrait>(at: Scoped<'_, C, EverywhereScope>) -> Result<(usize, Vec<Differs>), DbErr> {
    let mut stored: BTreeMap<OdsCode, BTreeMap<LocalDate, Sum>> = BTreeMap::new();
    for row in day_digest::Entity::find().all(at.conn).await? {
        let sum = Sum { n: row.n, digest: row.digest };
        stored.entry(row.practice).or_default().insert(row.day, sum);
    }
    let mut practices = practices(at.conn).await?;
    practices.extend(stored.keys().cloned());
    let mut checked = 0_usize;
    let mut wrong = Vec::new();
    for practice in practices {
        let stored = stored.remove(&practice).unwrap_or_default();
        let first = stored.keys().next().copied();
        let (found, open) = found(at.conn, &practice, first).await?;
        let days: BTreeSet<LocalDate> = stored.keys().copied().chain(open).collect();
        checked = checked.saturating_add(days.len());
        for day in days {
            let recorded = stored.get(&day).copied().unwrap_or_default();
            let found = found.of(&practice, day);
            if recorded != found {
                wrong.push(Differs { practice: practice.clone(), day, recorded: recorded.n, found: found.n });
            }
        }
    }
    Ok((checked, wrong))
}

/// Practices that counted anything.
async fn practices(conn: &impl ConnectionTrait) -> Result<BTreeSet<OdsCode>, DbErr> {
    let mut practices = BTreeSet::new();
    macro_rules! add {
        ($($table:ident),+) => {
            $(
                for owner in batches::owners::<$table::Entity>(conn, $table::Column::Practice).await? {
                    let practice = owner.parse().map_err(|_| DbErr::Type(owner))?;
                    practices.insert(practice);
                }
            )+
        };
    }
    add!(contact, contact_void, tick, day_sheet, day_worked, over_limit_reason);
    Ok(practices)
}

/// The sums of a practice's days, from that of its last anchor or from `first` on where that is earlier; and which of these
/// days have rows that no anchor covers.
#[expect(clippy::cognitive_complexity, reason = "the same few lines for each of the tables of a day")]
async fn found(
    conn: &impl ConnectionTrait,
    practice: &OdsCode,
    first: Option<LocalDate>,
) -> Result<(Sums, BTreeSet<LocalDate>), DbErr> {
    let anchored = anchors::anchored_until(conn, practice).await?;
    let from = anchored.map(|until| {
        let of_anchor = calendar::london_day(until);
        calendar::day_begins(first.map_or(of_anchor, |first| first.min(of_anchor)))
    });
    let (mut sums, mut open) = (Sums::default(), BTreeSet::new());
    macro_rules! add {
        ($table:ident, $add:ident) => {
            let mut find = $table::Entity::find().filter($table::Column::Practice.eq(practice.clone()));
            if let Some(from) = from {
                find = find.filter($table::Column::RecordedAt.gte(from));
            }
            let mut batches = Batches::of(find, $table::Column::Id);
            while let Some(rows) = batches.next(conn).await? {
                for row in rows {
                    sums.$add(&row);
                    if anchored.is_none_or(|until| until < row.recorded_at) {
                        open.insert(calendar::london_day(row.recorded_at));
                    }
                }
            }
        };
    }
    add!(contact, contact);
    add!(contact_void, void);
    add!(tick, tick);
    add!(day_sheet, sheet);
    add!(day_worked, worked);
    add!(over_limit_reason, reason);
    Ok((sums, open))
}

/// Takes the digests of days for the first time, of what was counted before there were any and is not anchored yet.
pub async fn adopt(conn: &impl ConnectionTrait) -> Result<(), DbErr> {
    for practice in practices(conn).await? {
        let (mut sums, open) = found(conn, &practice, None).await?;
        sums.0.retain(|(_, day), _| open.contains(day));
        super::set(conn, sums).await?;
    }
    Ok(())
}
