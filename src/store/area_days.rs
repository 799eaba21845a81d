//! Practices' days for their LMC: summed here, and dropped where fewer than three clinicians were counted, diverts
//! included. Nothing about a single clinician leaves this file.
//!
//! Four weeks of an area are tens of thousands of rows, nearly all of them of days that are over. Their sums are kept
//! for some minutes; the day itself is read each time. What is kept is asked for by practices whose consent was read a
//! moment ago, so withdrawal acts at once.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Mutex, PoisonError},
};

use chrono::{DateTime, Utc};
use entity::{
    divert_start,
    ids::{LocalDate, OdsCode},
};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect};

use super::{
    facts::{self, Which},
    history,
};
use crate::domain::{
    area::CountedDay,
    calendar,
    limit::{PracticeDay, Rules, day},
};

/// Practices' days, by practice.
type ByPractice = BTreeMap<OdsCode, Vec<CountedDay>>;

/// The least time for which past days are kept; up to four minutes more, so that not all are read again at once.
const KEPT_SECONDS: i64 = 60;

/// So many spans are kept: the four weeks of every practice in England, and those of four past days.
const MOST_SPANS: usize = 30_000;

/// Sums of days that are over, by practice and the last of its days.
#[derive(Debug, Default)]
pub struct PastDays(Mutex<HashMap<(OdsCode, LocalDate), Span>>);

#[derive(Debug)]
struct Span {
    first: LocalDate,
    read_at: DateTime<Utc>,
    days: Vec<CountedDay>,
}

impl Span {
    fn is_fresh(&self, practice: &OdsCode, now: DateTime<Utc>) -> bool {
        let spread: i64 = practice.as_str().bytes().map(i64::from).sum();
        let age = now.signed_duration_since(self.read_at).num_seconds();
        (0..KEPT_SECONDS + spread * 37 % 240).contains(&age)
    }
}

impl PastDays {
    /// The days of these practices from the first to the last one.
    pub(super) async fn days(
        &self,
        conn: &impl ConnectionTrait,
        practices: &[OdsCode],
        first: LocalDate,
        last: LocalDate,
        now: DateTime<Utc>,
    ) -> Result<ByPractice, DbErr> {
        let today = calendar::london_day(now);
        let over = last.min(today.minus_days(1));
        let (mut found, missing) = self.kept(practices, (first, over), now);
        if !missing.is_empty() {
            let fresh = read(conn, &missing, first, over).await?;
            self.keep(&missing, &fresh, (first, over), now);
            found.extend(fresh);
        }
        if last >= today {
            for (practice, days) in read(conn, practices, today, last).await? {
                found.entry(practice).or_default().extend(days);
            }
        }
        Ok(found)
    }

    fn kept(
        &self,
        practices: &[OdsCode],
        (first, last): (LocalDate, LocalDate),
        now: DateTime<Utc>,
    ) -> (ByPractice, Vec<OdsCode>) {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut found = ByPractice::new();
        let mut missing = Vec::new();
        for practice in practices {
            match kept.get(&(practice.clone(), last)) {
                Some(known) if known.first == first && known.is_fresh(practice, now) => {
                    found.insert(practice.clone(), known.days.clone());
                }
                _ => missing.push(practice.clone()),
            }
        }
        (found, missing)
    }

    fn keep(
        &self,
        practices: &[OdsCode],
        fresh: &ByPractice,
        (first, last): (LocalDate, LocalDate),
        read_at: DateTime<Utc>,
    ) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= MOST_SPANS {
            kept.retain(|(practice, _), span| span.is_fresh(practice, read_at));
        }
        if kept.len() >= MOST_SPANS {
            kept.clear();
        }
        for practice in practices {
            let days = fresh.get(practice).cloned().unwrap_or_default();
            let span = Span { first, read_at, days };
            kept.insert((practice.clone(), last), span);
        }
    }
}

/// Each practice's days with at least three counted clinicians, with the diverts that began on them.
pub(super) async fn read(
    conn: &impl ConnectionTrait,
    practices: &[OdsCode],
    first: LocalDate,
    last: LocalDate,
) -> Result<ByPractice, DbErr> {
    let rules = super::limits::rules_of(conn, Some(practices)).await?;
    let none = Rules::default();
    // What was folded, and to it whoever is still kept.
    let folded = history::folded_sums(conn, practices, first, last).await?;
    let mut sums: BTreeMap<(OdsCode, LocalDate), PracticeDay> =
        folded.into_iter().map(|(key, sum)| (key, sum.practice_day())).collect();
    let which = Which::Practices(practices, first, last);
    for ((practice, clinician, on), facts) in facts::facts(conn, which).await? {
        let rules = rules.get(&practice).unwrap_or(&none);
        let day = day(&facts, rules, clinician, on);
        let sum = sums.entry((practice, on)).or_default();
        *sum = sum.with(&day);
    }
    let diverts = diverts(conn, practices, first, last).await?;
    let mut days = ByPractice::new();
    for ((practice, on), sum) in sums {
        if let Some(sum) = CountedDay::summed(on, sum) {
            let began = diverts.get(&(practice.clone(), on)).copied();
            let day = sum.with_diverts(began.unwrap_or(0));
            days.entry(practice).or_default().push(day);
        }
    }
    Ok(days)
}

/// Diverts that began, by practice and day: a practice has few a week.
async fn diverts(
    conn: &impl ConnectionTrait,
    practices: &[OdsCode],
    first: LocalDate,
    last: LocalDate,
) -> Result<HashMap<(OdsCode, LocalDate), u32>, DbErr> {
    let rows: Vec<(OdsCode, LocalDate)> = divert_start::Entity::find()
        .select_only()
        .columns([divert_start::Column::Practice, divert_start::Column::Day])
        .filter(divert_start::Column::Practice.is_in(practices.iter().cloned()))
        .filter(divert_start::Column::Day.between(first, last))
        .into_tuple()
        .all(conn)
        .await?;
    let mut began: HashMap<(OdsCode, LocalDate), u32> = HashMap::new();
    for day in rows {
        let n = began.entry(day).or_default();
        *n = n.saturating_add(1);
    }
    Ok(began)
}
