//! Practices' days for their LMC: summed here, and dropped where fewer than three clinicians were counted. Nothing about
//! a single clinician leaves this file.
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
    day_sheet, day_worked,
    ids::{ClinicianId, LocalDate, OdsCode, SheetId},
    tally,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect,
    sea_query::{Expr, ExprTrait, SimpleExpr},
};

use crate::domain::{
    area::CountedDay,
    calendar,
    contact::Source,
    limit::{Day, DayFacts, Rules, Worked, day},
};

/// Practices' days, by practice.
type ByPractice = BTreeMap<OdsCode, Vec<CountedDay>>;

/// The least time for which past days are kept; up to four minutes more, so that not all are read again at once.
const KEPT_SECONDS: i64 = 60;

/// Sums of days that are over.
#[derive(Debug, Default)]
pub struct PastDays(Mutex<HashMap<OdsCode, Kept>>);

#[derive(Debug)]
struct Kept {
    first: LocalDate,
    last: LocalDate,
    read_at: DateTime<Utc>,
    days: Vec<CountedDay>,
}

impl Kept {
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
        if last != today || first == today {
            return read(conn, practices, first, last).await;
        }
        let yesterday = today.minus_days(1);
        let (mut found, missing) = self.kept(practices, first, yesterday, now);
        if !missing.is_empty() {
            let fresh = read(conn, &missing, first, yesterday).await?;
            self.keep(&missing, &fresh, first, yesterday, now);
            found.extend(fresh);
        }
        for (practice, days) in read(conn, practices, today, today).await? {
            found.entry(practice).or_default().extend(days);
        }
        Ok(found)
    }

    fn kept(
        &self,
        practices: &[OdsCode],
        first: LocalDate,
        last: LocalDate,
        now: DateTime<Utc>,
    ) -> (ByPractice, Vec<OdsCode>) {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut found = ByPractice::new();
        let mut missing = Vec::new();
        for practice in practices {
            match kept.get(practice) {
                Some(known)
                    if (known.first, known.last) == (first, last)
                        && known.is_fresh(practice, now) =>
                {
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
        first: LocalDate,
        last: LocalDate,
        read_at: DateTime<Utc>,
    ) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for practice in practices {
            let days = fresh.get(practice).cloned().unwrap_or_default();
            kept.insert(
                practice.clone(),
                Kept {
                    first,
                    last,
                    read_at,
                    days,
                },
            );
        }
    }
}

type Facts = HashMap<(OdsCode, LocalDate), HashMap<ClinicianId, DayFacts>>;

/// Each practice's days with at least three counted clinicians.
pub(super) async fn read(
    conn: &impl ConnectionTrait,
    practices: &[OdsCode],
    first: LocalDate,
    last: LocalDate,
) -> Result<ByPractice, DbErr> {
    let rules = super::limits::rules_of(conn, Some(practices)).await?;
    let none = Rules::default();
    let mut facts = Facts::new();
    taps(conn, practices, first, last, &mut facts).await?;
    sheets(conn, practices, first, last, &mut facts).await?;
    worked(conn, practices, first, last, &mut facts).await?;
    let mut days = ByPractice::new();
    for ((practice, on), clinicians) in facts {
        let rules = rules.get(&practice).unwrap_or(&none);
        let counted: Vec<Day> = clinicians
            .iter()
            .map(|(clinician, facts)| day(facts, rules, *clinician, on))
            .collect();
        if let Some(sum) = CountedDay::of(on, &counted) {
            days.entry(practice).or_default().push(sum);
        }
    }
    Ok(days)
}

async fn taps(
    conn: &impl ConnectionTrait,
    practices: &[OdsCode],
    first: LocalDate,
    last: LocalDate,
    facts: &mut Facts,
) -> Result<(), DbErr> {
    let sum: SimpleExpr = Expr::col(tally::Column::N).sum().cast_as("bigint");
    let rows: Vec<(OdsCode, LocalDate, ClinicianId, i64)> = tally::Entity::find()
        .select_only()
        .columns([
            tally::Column::Practice,
            tally::Column::Day,
            tally::Column::Clinician,
        ])
        .column_as(sum, "n")
        .filter(tally::Column::Practice.is_in(practices.iter().cloned()))
        .filter(tally::Column::Day.between(first, last))
        .filter(tally::Column::Source.eq(Source::Taps.code()))
        .group_by(tally::Column::Practice)
        .group_by(tally::Column::Day)
        .group_by(tally::Column::Clinician)
        .into_tuple()
        .all(conn)
        .await?;
    for (practice, day, clinician, n) in rows {
        let known = facts.entry((practice, day)).or_default();
        known.entry(clinician).or_default().taps = Some(u32::try_from(n).unwrap_or(0));
    }
    Ok(())
}

/// The newest entry of a clinician and day holds; newest is decided here, which is cheaper than in SQL.
async fn sheets(
    conn: &impl ConnectionTrait,
    practices: &[OdsCode],
    first: LocalDate,
    last: LocalDate,
    facts: &mut Facts,
) -> Result<(), DbErr> {
    type Found = (OdsCode, LocalDate, ClinicianId, i32, DateTime<Utc>, SheetId);
    let mut rows: Vec<Found> = day_sheet::Entity::find()
        .select_only()
        .columns([
            day_sheet::Column::Practice,
            day_sheet::Column::Day,
            day_sheet::Column::Clinician,
            day_sheet::Column::N,
            day_sheet::Column::RecordedAt,
            day_sheet::Column::Id,
        ])
        .filter(day_sheet::Column::Practice.is_in(practices.iter().cloned()))
        .filter(day_sheet::Column::Day.between(first, last))
        .into_tuple()
        .all(conn)
        .await?;
    rows.sort_unstable_by_key(|row| (row.4, row.5));
    for (practice, day, clinician, n, ..) in rows {
        let known = facts.entry((practice, day)).or_default();
        known.entry(clinician).or_default().sheet = u32::try_from(n).ok();
    }
    Ok(())
}

async fn worked(
    conn: &impl ConnectionTrait,
    practices: &[OdsCode],
    first: LocalDate,
    last: LocalDate,
    facts: &mut Facts,
) -> Result<(), DbErr> {
    use day_worked::Column;
    let mut rows = day_worked::Entity::find()
        .filter(Column::Practice.is_in(practices.iter().cloned()))
        .filter(Column::Day.between(first, last))
        .all(conn)
        .await?;
    rows.sort_unstable_by_key(|row| (row.recorded_at, row.id));
    for row in rows {
        let known = facts.entry((row.practice, row.day)).or_default();
        known.entry(row.clinician).or_default().worked =
            u32::try_from(row.half_sessions)
                .ok()
                .map(|half_sessions| Worked {
                    half_sessions,
                    duty: row.duty,
                });
    }
    Ok(())
}
