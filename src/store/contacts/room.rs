//! How much room a day has left. What one phone can write is bounded, inside the transaction that writes it.
//!
//! A clinician's day takes 200 contacts that count, and no more rows than that twice: somebody who records and takes back
//! without end fills the database as well. The tallies and [`day_rows`] tell both without looking at a contact, and of an
//! ordinary day nobody asks them twice.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::{Mutex, PoisonError},
};

use entity::{
    day_rows,
    ids::{ClinicianId, ContactId, LocalDate, OdsCode},
    tally,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect, QueryTrait, TryGetableMany,
    sea_query::{Expr, ExprTrait, LockType, Query, SelectStatement, SimpleExpr, UnionType},
};

use super::{
    entries::TAKEN_BACK,
    group::Group,
    keys::Key,
    locks::take_alone,
    recorded::{known, voided},
};
use crate::{
    domain::contact::{self as rules, CountOp, Entered, NewContact, NotTaken, Source, VoidReason},
    store::keyed,
};

/// The day of a contact that a group takes out of the count, and what takes its place.
type Freed = (Day, Option<ContactId>);
/// One clinician's day.
type Day = (OdsCode, ClinicianId, LocalDate);
/// What a day holds, and what this group makes of it.
#[derive(Debug, Clone, Copy, Default)]
struct Held {
    counts: i64,
    rows: i64,
    /// Whether this group may fill it.
    is_near: bool,
}

impl Held {
    /// Whether one more contact has room. One that takes another's place on its day counts for nothing more.
    fn take(&mut self, replaces: bool) -> Result<(), NotTaken> {
        let (a_day, rows) = (i64::from(rules::MOST_A_DAY), i64::from(rules::MOST_ROWS));
        // Somebody whose day is full may still correct it.
        let rows = if replaces { rows.saturating_add(a_day) } else { rows };
        if self.rows >= rows {
            return Err(NotTaken::Rows);
        }
        if !replaces {
            if self.counts >= a_day {
                return Err(NotTaken::Contacts);
            }
            self.counts = self.counts.saturating_add(1);
        }
        self.rows = self.rows.saturating_add(1);
        Ok(())
    }
}

fn day_of(contact: &NewContact) -> Day {
    (contact.practice.clone(), contact.clinician, contact.day)
}

/// Rows of a day that a node writes by what it remembers. Beyond them it asks the database, with the clinician's row held:
/// so up to four nodes that count one day at one moment do not come to more than it takes. Few days have as many.
const BY_HEART: i64 = rules::MOST_A_DAY as i64 / 4;
/// Days that are remembered.
const REMEMBERED: usize = 100_000;

/// What a node remembers of days: no fewer rows than this node wrote there and found when it first looked.
#[derive(Debug, Default)]
pub struct Remembered(Mutex<HashMap<Day, i64>>);

impl Remembered {
    fn with<T>(&self, then: impl FnOnce(&mut HashMap<Day, i64>) -> T) -> T {
        then(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn unknown(&self, asked: &BTreeMap<Day, i64>) -> Vec<Day> {
        self.with(|days| {
            let unknown = asked.keys().filter(|day| !days.contains_key(day));
            unknown.cloned().collect()
        })
    }

    fn found(&self, days: &[Day], held: &HashMap<Day, Held>) {
        self.with(|known| {
            if known.len().saturating_add(days.len()) > REMEMBERED {
                known.clear();
            }
            for day in days {
                let rows = held.get(day).map_or(0, |held| held.rows);
                known.insert(day.clone(), rows);
            }
        });
    }

    fn may_be_near(&self, asked: &mut BTreeMap<Day, i64>) {
        self.with(|days| {
            asked.retain(|day, asked| {
                let rows = days.get(day).copied().unwrap_or(BY_HEART);
                rows.saturating_add(*asked) > BY_HEART
            });
        });
    }

    /// Remembers what a group wrote. Where it is rolled back, a day has fewer rows than are remembered, and is looked at
    /// sooner.
    pub(super) fn add(&self, group: &Group<'_>) {
        self.with(|days| {
            let fresh = group.fresh.iter();
            for contact in fresh.filter_map(|key| group.contacts.get(key)) {
                if let Some(rows) = days.get_mut(&day_of(contact)) {
                    *rows = rows.saturating_add(1);
                }
            }
        });
    }
}

/// Turns away contacts that have no room, with the voids of those whose place they were to take. A repeat of what is there
/// needs no room.
pub(super) async fn admit(
    conn: &impl ConnectionTrait,
    group: &mut Group<'_>,
    ops: &[&CountOp],
    remembered: &Remembered,
) -> Result<(), DbErr> {
    let mut asked: BTreeMap<Day, i64> = BTreeMap::new();
    for contact in group.contacts.values() {
        let n = asked.entry(day_of(contact)).or_default();
        *n = n.saturating_add(1);
    }
    let unknown = remembered.unknown(&asked);
    let found = held(conn, unknown.iter()).await?;
    remembered.found(&unknown, &found);
    remembered.may_be_near(&mut asked);
    if asked.is_empty() {
        return Ok(());
    }
    let clinicians = asked.keys();
    let clinicians = clinicians.map(|(practice, clinician, _)| (practice, *clinician));
    take_alone(conn, clinicians, LockType::NoKeyUpdate).await?;
    let mut near = held(conn, asked.keys()).await?;
    asked.retain(|day, asked| {
        let held = near.entry(day.clone()).or_default();
        held.rows.saturating_add(*asked) > i64::from(rules::MOST_A_DAY)
    });
    if asked.is_empty() {
        return Ok(());
    }
    // Rare from here on: some day is nearly full, and each of its contacts is looked at.
    let at_stake = group.contacts.iter();
    let at_stake =
        at_stake.filter(|(key, contact)| asked.contains_key(&day_of(contact)) && !group.known.contains_key(*key));
    let at_stake: Vec<Key> = at_stake.map(|(key, _)| key.clone()).collect();
    let found = known(conn, at_stake.iter()).await?;
    group.known.extend(found);
    let freed = freed(conn, group).await?;
    for day in asked.into_keys() {
        near.entry(day).or_default().is_near = true;
    }
    decide(group, ops, near, &freed);
    Ok(())
}

/// Gives the room there is to those that come first.
fn decide(group: &mut Group<'_>, ops: &[&CountOp], mut near: HashMap<Day, Held>, freed: &[Freed]) {
    for (day, replaced_by) in freed {
        if let Some(held) = near.get_mut(day).filter(|_| replaced_by.is_none()) {
            held.counts = held.counts.saturating_sub(1);
        }
    }
    let replaces: HashMap<ContactId, &Day> = freed.iter().filter_map(|(day, by)| Some(((*by)?, day))).collect();
    let mut seen = HashSet::new();
    let sent = ops.iter().filter_map(|op| match op {
        CountOp::Contact(contact) => Some(contact),
        _ => None,
    });
    for contact in sent {
        let (key, day) = ((contact.practice.clone(), contact.id), day_of(contact));
        let Some(held) = near.get_mut(&day).filter(|held| held.is_near) else {
            continue;
        };
        if group.known.contains_key(&key) || !seen.insert(key.clone()) {
            continue;
        }
        let replaces = contact.entered == Entered::Changed && replaces.get(&contact.id) == Some(&&day);
        if let Err(full) = held.take(replaces) {
            group.refused.insert(key, full);
        }
    }
    // What was to take a contact's place is not there: the contact stays.
    let stays = group.voids.iter().filter_map(|(key, void)| {
        let by = (void.practice.clone(), replaced_by(void.reason, void.contact)?);
        Some((key.clone(), *group.refused.get(&by)?))
    });
    group.refused_voids = stays.collect();
}

/// The id of the contact that takes the place of one that is voided.
fn replaced_by(reason: Option<VoidReason>, voided: ContactId) -> Option<ContactId> {
    let replaced = reason == Some(VoidReason::Replaced);
    replaced.then(|| ContactId(rules::derived_id(voided.0, rules::REPLACED)))
}

/// The contacts that this group takes out of a count, with the day they count for and what takes their place.
async fn freed(conn: &impl ConnectionTrait, group: &Group<'_>) -> Result<Vec<Freed>, DbErr> {
    let named = group.voids.values();
    let named: Vec<Key> =
        named.map(|void| (void.practice.clone(), void.contact)).filter(|key| group.known.contains_key(key)).collect();
    let gone = voided(conn, named.iter()).await?;
    let frees = group.voids.values().filter_map(|void| {
        let key = (void.practice.clone(), void.contact);
        let row = group.known.get(&key).filter(|row| row.clinician == void.clinician)?;
        let day = (row.practice.clone(), row.clinician, row.day);
        (!gone.contains(&(key, void.clinician))).then(|| (day, replaced_by(void.reason, void.contact)))
    });
    Ok(frees.collect())
}

/// What these days hold; nothing of a day that has no rows.
async fn held(conn: &impl ConnectionTrait, days: impl Iterator<Item = &Day>) -> Result<HashMap<Day, Held>, DbErr> {
    let Some(find) = statement(days) else {
        return Ok(HashMap::new());
    };
    let mut held = HashMap::new();
    for row in conn.query_all(&find).await? {
        let (practice, clinician, day, counts, rows) =
            <(OdsCode, ClinicianId, LocalDate, i64, i64)>::try_get_many_by_index(&row)?;
        let of = Held { counts, rows, is_near: false };
        held.insert((practice, clinician, day), of);
    }
    Ok(held)
}

/// One statement for all days.
fn statement<'a>(days: impl Iterator<Item = &'a Day>) -> Option<SelectStatement> {
    let keys = days.map(|(practice, clinician, day)| [practice.clone().into(), (*clinician).into(), (*day).into()]);
    let asked = keyed::named(keys)?;
    let mut held = counted();
    held.union(UnionType::All, taken_back());
    let sum = |of: SimpleExpr| of.sum().cast_as("bigint");
    let days = ["practice", "clinician", "day"];
    let mut find = Query::select();
    find.columns(days)
        .expr_as(sum(Expr::col("counts")), "counts")
        .expr_as(sum(Expr::col("counts").add(Expr::col("gone"))), "rows")
        .from_subquery(held, "held")
        .group_by_columns(days)
        .with_cte(asked);
    Some(find)
}

fn counted() -> SelectStatement {
    use tally::Column;
    let day = [Column::Practice, Column::Clinician, Column::Day];
    let rows = tally::Entity::find()
        .select_only()
        .columns(day)
        .expr_as(Column::N.into_expr(), "counts")
        .expr_as(Expr::val(0_i64), "gone")
        .filter(Column::Source.eq(Source::Taps.code()));
    keyed::among_named(rows, day).into_query()
}

fn taken_back() -> SelectStatement {
    use day_rows::Column;
    let day = [Column::Practice, Column::Clinician, Column::Day];
    let rows = day_rows::Entity::find()
        .select_only()
        .columns(day)
        .expr_as(Expr::val(0_i64), "counts")
        .expr_as(Column::N.into_expr(), "gone")
        .filter(Column::What.eq(TAKEN_BACK));
    keyed::among_named(rows, day).into_query()
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::store::keyed::tests::{by_key, plan};

    #[tokio::test]
    async fn the_room_of_many_days_is_looked_up_and_never_searched_for() {
        let day: LocalDate = "2026-11-20".parse().unwrap();
        let of = |n| ("Z90001".parse().unwrap(), ClinicianId(Uuid::from_u128(n)), day);
        let days: Vec<Day> = (1..=5).map(of).collect();
        let plan = plan(statement(days.iter()).unwrap()).await;
        for table in ["tally", "day_rows"] {
            by_key(&plan, table);
        }
    }
}
