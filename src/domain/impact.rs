//! Practices of an LMC before and after a day, or each around its own start of an action ([`around_own_starts`]): only those
//! that were counted on both sides. What changed, never why.

use std::collections::BTreeMap;

use chrono::Datelike;
use entity::ids::LocalDate;

use super::{area::CountedDay, working_day::WorkingDays};

mod likely;
mod own_start;
mod published;
#[cfg(test)]
mod tests;

pub use likely::Likely;
pub use own_start::{
    Beside, Course, Group, Measure, Member, OwnStarts, Shift, WhoIsIn, around_own_starts, course, span,
};
pub use published::{Lies, Month, Published};

/// With fewer practices nothing is compared.
pub const LEAST_PRACTICES: u32 = 5;
/// How many weeks each side may have.
pub const WEEKS: [u64; 3] = [4, 8, 13];
/// Days of a week.
const WEEK: u64 = 7;

/// Two equal spans of whole weeks, before a day and from it on: each has every day of the week as often.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Windows {
    /// The first day of the second one.
    pub date: LocalDate,
    /// Weeks on each side.
    pub weeks: u64,
}

impl Windows {
    /// So many weeks on each side, or as many whole ones as have passed since; nothing where not one has.
    pub fn new(date: LocalDate, asked: u64, today: LocalDate) -> Option<Self> {
        let passed = u64::try_from(today.days_since(date)).unwrap_or(0);
        let weeks = asked.min(passed.checked_div(WEEK).unwrap_or(0));
        (weeks > 0).then_some(Self { date, weeks })
    }

    /// The first day before.
    pub fn first(self) -> LocalDate {
        self.date.minus_days(self.weeks.saturating_mul(WEEK))
    }

    /// The last day before.
    pub fn last_before(self) -> LocalDate {
        self.date.minus_days(1)
    }

    /// The last day after.
    pub fn last(self) -> LocalDate {
        self.date.plus_days(self.weeks.saturating_mul(WEEK).saturating_sub(1))
    }

    /// The first day of each week, oldest first.
    pub fn week_starts(self) -> Vec<LocalDate> {
        (0..self.weeks.saturating_mul(2)).map(|week| self.first().plus_days(week.saturating_mul(WEEK))).collect()
    }

    fn holds(self, day: LocalDate) -> bool {
        (self.first()..=self.last()).contains(&day)
    }

    fn week_of(self, day: LocalDate) -> usize {
        let days = u64::try_from(day.days_since(self.first())).unwrap_or(0);
        usize::try_from(days.checked_div(WEEK).unwrap_or(0)).unwrap_or(usize::MAX)
    }
}

/// What is known of one practice that shares.
#[derive(Debug, Clone, Copy)]
pub struct ImpactPractice<'a> {
    /// Its days with three or more counted clinicians.
    pub days: &'a [CountedDay],
    /// The days on which it began to divert.
    pub diverts: &'a [LocalDate],
    /// It acts on the chosen item today.
    pub acting: bool,
    /// Attended appointments as published, by the first day of the month.
    pub published: &'a BTreeMap<LocalDate, u64>,
}

/// One side, or one week of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Side {
    /// Practices with a counted day in it.
    pub practices: u32,
    /// Clinicians' days counted.
    pub clinician_days: u64,
    /// Contacts of these.
    pub contacts: u64,
    /// Of the days, those past their limit.
    pub over: u64,
    /// Diverts begun.
    pub diverts: u64,
}

impl Side {
    /// Contacts a clinician and day, in tenths.
    pub fn contacts_a_day(self) -> Option<u64> {
        tenths(self.contacts, self.clinician_days)
    }

    /// Share of clinicians' days past their limit, in whole per cent.
    pub fn over_percent(self) -> Option<u64> {
        rounded(self.over.saturating_mul(100), self.clinician_days)
    }

    /// Diverts a practice, in tenths.
    pub fn diverts_a_practice(self) -> Option<u64> {
        tenths(self.diverts, self.practices.into())
    }

    fn add_day(&mut self, day: &CountedDay) {
        let sum = day.sum();
        self.clinician_days = self.clinician_days.saturating_add(sum.clinicians.into());
        self.contacts = self.contacts.saturating_add(sum.counted.into());
        self.over = self.over.saturating_add(sum.clinicians_over.into());
    }

    fn add(&mut self, other: Self) {
        self.practices = self.practices.saturating_add(other.practices);
        self.clinician_days = self.clinician_days.saturating_add(other.clinician_days);
        self.contacts = self.contacts.saturating_add(other.contacts);
        self.over = self.over.saturating_add(other.over);
        self.diverts = self.diverts.saturating_add(other.diverts);
    }
}

/// In tenths, half rounded up; nothing of nothing.
fn tenths(part: u64, whole: u64) -> Option<u64> {
    rounded(part.saturating_mul(10), whole)
}

fn rounded(part: u64, whole: u64) -> Option<u64> {
    part.saturating_mul(2).saturating_add(whole).checked_div(whole.saturating_mul(2))
}

/// Practices before and after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Impact {
    /// Before the day.
    pub before: Side,
    /// From the day on.
    pub after: Side,
    /// Practices with fewer contacts a clinician and day after than before.
    pub fewer: u32,
    /// Practices with more.
    pub more: u32,
    /// Of the practices, those that act on the chosen item today.
    pub acting: u32,
    /// Week by week, oldest first; nothing for a week that rests on too few practices.
    pub weeks: Vec<Option<Side>>,
    /// What NHS England published about the same practices, where enough of it is known.
    pub published: Option<Published>,
}

/// So few practices were counted on both sides that nothing is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooFew(pub u32);

/// Compares the practices that were counted on both sides.
///
/// # Errors
/// [`TooFew`] with how many there are.
pub fn compare(
    windows: Windows,
    practices: &[ImpactPractice<'_>],
    working_days: Option<&WorkingDays>,
) -> Result<Impact, TooFew> {
    let counted: Vec<Counted<'_>> = practices.iter().filter_map(|practice| Counted::of(windows, practice)).collect();
    let n = u32::try_from(counted.len()).unwrap_or(u32::MAX);
    if n < LEAST_PRACTICES {
        return Err(TooFew(n));
    }
    let weeks = windows.weeks.saturating_mul(2);
    let mut impact = Impact {
        before: Side::default(),
        after: Side::default(),
        fewer: 0,
        more: 0,
        acting: 0,
        weeks: Vec::new(),
        published: published::of(windows, &counted, working_days),
    };
    let mut sums = vec![Side::default(); usize::try_from(weeks).unwrap_or(0)];
    for practice in &counted {
        impact.before.add(practice.before);
        impact.after.add(practice.after);
        // As fractions, so that nothing is rounded.
        let (then, now) = (practice.before, practice.after);
        let (then, now) = (
            u128::from(then.contacts).saturating_mul(now.clinician_days.into()),
            u128::from(now.contacts).saturating_mul(then.clinician_days.into()),
        );
        impact.fewer = impact.fewer.saturating_add(u32::from(now < then));
        impact.more = impact.more.saturating_add(u32::from(now > then));
        let acts = u32::from(practice.practice.acting);
        impact.acting = impact.acting.saturating_add(acts);
        for (at, week) in &practice.weeks {
            if let Some(sum) = sums.get_mut(*at) {
                sum.add(*week);
            }
        }
    }
    impact.weeks = sums.into_iter().map(|week| (week.practices >= LEAST_PRACTICES).then_some(week)).collect();
    Ok(impact)
}

/// A practice that was counted on both sides.
struct Counted<'a> {
    practice: &'a ImpactPractice<'a>,
    before: Side,
    after: Side,
    weeks: BTreeMap<usize, Side>,
}

impl<'a> Counted<'a> {
    fn of(windows: Windows, practice: &'a ImpactPractice<'a>) -> Option<Self> {
        let (mut before, mut after) = (Side::default(), Side::default());
        let mut weeks: BTreeMap<usize, Side> = BTreeMap::new();
        for day in practice.days.iter().filter(|day| windows.holds(day.day())) {
            let side = if day.day() < windows.date { &mut before } else { &mut after };
            side.add_day(day);
            let week = weeks.entry(windows.week_of(day.day())).or_default();
            week.add_day(day);
            week.practices = 1;
        }
        if before.clinician_days == 0 || after.clinician_days == 0 {
            return None;
        }
        let diverts = |first: LocalDate, last: LocalDate| {
            let days = practice.diverts.iter();
            let n = days.filter(|day| (first..=last).contains(*day)).count();
            u64::try_from(n).unwrap_or(u64::MAX)
        };
        before.diverts = diverts(windows.first(), windows.last_before());
        after.diverts = diverts(windows.date, windows.last());
        (before.practices, after.practices) = (1, 1);
        Some(Self { practice, before, after, weeks })
    }
}

/// The newest 1 October that is at least a week ago.
pub fn first_of_october(today: LocalDate) -> LocalDate {
    let year = today.0.year();
    [year, year.saturating_sub(1)]
        .into_iter()
        .filter_map(|year| LocalDate::new(year, 10, 1))
        .find(|day| Windows::new(*day, 1, today).is_some())
        .unwrap_or(today.minus_days(WEEK))
}
