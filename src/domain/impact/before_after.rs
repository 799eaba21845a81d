//! The same practices before a day and from it on.

use std::collections::BTreeMap;

use entity::ids::LocalDate;

use super::{
    LEAST_PRACTICES, Side, TooFew, Windows,
    published::{self, Published},
};
use crate::domain::{area::CountedDay, working_day::WorkingDays};

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
    let figures: Vec<_> = counted.iter().map(|one| one.practice.published).collect();
    let weeks = windows.weeks.saturating_mul(2);
    let mut impact = Impact {
        before: Side::default(),
        after: Side::default(),
        fewer: 0,
        more: 0,
        acting: 0,
        weeks: Vec::new(),
        published: published::of(windows, &figures, working_days),
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
