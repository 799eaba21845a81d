//! What was counted since the last anchor against the digests of its days.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use entity::{
    contact, contact_void, day_digest, day_sheet, day_worked,
    ids::{LocalDate, OdsCode},
    over_limit_reason, tick,
};
use sea_orm::{ConnectionTrait, DbErr, EntityTrait};

use super::{Sum, Sums};
use crate::{db::Scoped, domain::access::EverywhereScope, store::anchors};

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

/// Until when each practice is anchored; nothing where it never was.
type Until = BTreeMap<OdsCode, Option<DateTime<Utc>>>;

/// Compares every day that no anchor covers yet: how many, and which differ.
pub async fn verify<C: ConnectionTrait>(
    at: Scoped<'_, C, EverywhereScope>,
) -> Result<(usize, Vec<Differs>), DbErr> {
    let mut stored = BTreeMap::new();
    for row in day_digest::Entity::find().all(at.conn).await? {
        let sum = Sum {
            n: row.n,
            digest: row.digest,
        };
        stored.insert((row.practice, row.day), sum);
    }
    let mut until = Until::new();
    let (found, open) = found(at.conn, &mut until).await?;
    let mut keys: Vec<_> = stored.keys().chain(open.0.keys()).cloned().collect();
    keys.sort_unstable();
    keys.dedup();
    let checked = keys.len();
    let mut wrong = Vec::new();
    for key in keys {
        let recorded = stored.get(&key).copied().unwrap_or_default();
        let found = found.0.get(&key).copied().unwrap_or_default();
        if recorded != found {
            let (practice, day) = key;
            wrong.push(Differs {
                practice,
                day,
                recorded: recorded.n,
                found: found.n,
            });
        }
    }
    Ok((checked, wrong))
}

/// The sums of all rows, and of those that no anchor covers.
#[expect(
    clippy::cognitive_complexity,
    reason = "the same few lines for each of the tables of a day"
)]
async fn found(conn: &impl ConnectionTrait, until: &mut Until) -> Result<(Sums, Sums), DbErr> {
    let (mut all, mut open) = (Sums::default(), Sums::default());
    macro_rules! add {
        ($table:ident, $add:ident) => {
            for row in $table::Entity::find().all(conn).await? {
                all.$add(&row);
                if !until.contains_key(&row.practice) {
                    let anchored = anchors::anchored_until(conn, &row.practice).await?;
                    until.insert(row.practice.clone(), anchored);
                }
                let anchored = until.get(&row.practice).copied().flatten();
                if anchored.is_none_or(|until| until < row.recorded_at) {
                    open.$add(&row);
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
    Ok((all, open))
}

/// Takes the digests of days for the first time, of what was counted before there were any and is not anchored yet.
pub async fn adopt(conn: &impl ConnectionTrait) -> Result<(), DbErr> {
    let mut until = Until::new();
    let (all, open) = found(conn, &mut until).await?;
    let mut sums = Sums::default();
    for key in open.0.into_keys() {
        if let Some(sum) = all.0.get(&key) {
            sums.0.insert(key, *sum);
        }
    }
    super::set(conn, sums).await
}
