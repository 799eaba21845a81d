//! What NHS England published about the same practices, month by month.

use std::collections::BTreeMap;

use chrono::Datelike;
use entity::ids::LocalDate;

use super::{LEAST_PRACTICES, Windows, rounded};
use crate::domain::working_day::WorkingDays;

/// Published figures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    /// Practices that are in every month.
    pub practices: u32,
    /// The months that the two spans touch, oldest first.
    pub months: Vec<Month>,
}

/// One published month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Month {
    /// Its first day.
    pub first: LocalDate,
    /// Attended appointments.
    pub attended: u64,
    /// Monday to Friday without bank holidays.
    pub working_days: u64,
    /// Where it lies.
    pub lies: Lies,
}

impl Month {
    /// Attended appointments a working day.
    pub fn a_day(self) -> Option<u64> {
        rounded(self.attended, self.working_days)
    }
}

/// Where a month lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lies {
    /// Before the day.
    Before,
    /// The day is in it.
    Across,
    /// After it, or beginning with it.
    After,
}

/// The months that the two spans touch, of the practices that are in each of them: attended appointments of each practice
/// by the first day of the month.
pub(super) fn of(
    windows: Windows,
    figures: &[&BTreeMap<LocalDate, u64>],
    working_days: Option<&WorkingDays>,
) -> Option<Published> {
    let span = month(windows.first())..=month(windows.last());
    let mut months: BTreeMap<LocalDate, u64> = figures
        .iter()
        .flat_map(|known| known.keys())
        .filter(|month| span.contains(month))
        .map(|month| (*month, 0))
        .collect();
    let mut practices: u32 = 0;
    for known in figures {
        if months.keys().all(|month| known.contains_key(month)) {
            practices = practices.saturating_add(1);
            for (month, sum) in &mut months {
                let attended = known.get(month).copied().unwrap_or(0);
                *sum = sum.saturating_add(attended);
            }
        }
    }
    if months.is_empty() || practices < LEAST_PRACTICES {
        return None;
    }
    let months = months.into_iter().map(|(first, attended)| Month {
        first,
        attended,
        working_days: working(first, working_days),
        lies: if windows.date <= first {
            Lies::After
        } else if next_month(first) <= windows.date {
            Lies::Before
        } else {
            Lies::Across
        },
    });
    Some(Published { practices, months: months.collect() })
}

fn month(day: LocalDate) -> LocalDate {
    day.minus_days(u64::from(day.0.day0()))
}

fn next_month(first: LocalDate) -> LocalDate {
    month(first.plus_days(31))
}

fn working(first: LocalDate, known: Option<&WorkingDays>) -> u64 {
    let days = (0..31).map(|n| first.plus_days(n));
    let inside = days.filter(|day| month(*day) == first);
    let working = inside.filter(|day| known.map_or(day.is_weekday(), |days| days.is_working(*day)));
    u64::try_from(working.count()).unwrap_or(0)
}
