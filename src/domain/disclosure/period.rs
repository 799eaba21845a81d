//! The fixed calendar: every fourth Thursday from 9 April 2026, whatever happened.

use std::fmt;

use chrono::{DateTime, Duration, Utc};
use entity::ids::LocalDate;

use crate::domain::calendar;

/// Releases of one frame year; the budget is counted for exactly so many.
pub const PERIODS_A_YEAR: u32 = 13;
/// Publication is at nine in London.
const PUBLISHED_AT_HOUR: i64 = 9;
/// Thursday 9 April 2026.
const FIRST: (i32, u32, u32) = (2026, 4, 9);
const FIRST_YEAR: i32 = 2026;
const DAYS: u64 = 28;

/// One period: a frame year and its place in it, from 1 to 13.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Period {
    /// Frame year.
    pub year: i32,
    /// 1 to 13.
    pub number: u32,
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{:02}", self.year, self.number)
    }
}

impl Period {
    /// The period, where the year has begun to be published and the number is one of thirteen.
    pub fn new(year: i32, number: u32) -> Option<Self> {
        (year >= FIRST_YEAR && (1..=PERIODS_A_YEAR).contains(&number)).then_some(Self { year, number })
    }

    /// The very first.
    pub const FIRST: Self = Self { year: FIRST_YEAR, number: 1 };

    /// Its place among all periods, from 1: the number of its release.
    pub fn index(self) -> u32 {
        let years = u32::try_from(self.year.saturating_sub(FIRST_YEAR)).unwrap_or(0);
        years.saturating_mul(PERIODS_A_YEAR).saturating_add(self.number)
    }

    /// The period after this one.
    #[must_use]
    pub fn next(self) -> Self {
        if self.number >= PERIODS_A_YEAR {
            Self { year: self.year.saturating_add(1), number: 1 }
        } else {
            Self { number: self.number.saturating_add(1), ..self }
        }
    }

    /// Its Thursday. Thirteen periods are 364 days, so each frame year starts a day or two earlier in April; before it
    /// would start in March, it waits four weeks.
    pub fn published_on(self) -> LocalDate {
        first_of(self.year).plus_days(DAYS.saturating_mul(u64::from(self.number.saturating_sub(1))))
    }

    /// The last day it speaks of: the Wednesday before.
    pub fn as_of(self) -> LocalDate {
        self.published_on().minus_days(1)
    }

    /// The first day of the four weeks it speaks of.
    pub fn begins(self) -> LocalDate {
        self.published_on().minus_days(DAYS)
    }

    /// The thirteen four weeks that end with it, the newest first: a year but a day or two, whatever the frame year.
    pub fn newest_year(self) -> impl Iterator<Item = (LocalDate, LocalDate)> {
        let last = self.as_of();
        (0..u64::from(PERIODS_A_YEAR)).map(move |back| {
            let last = last.minus_days(DAYS.saturating_mul(back));
            (last.minus_days(DAYS.saturating_sub(1)), last)
        })
    }

    /// What was recorded before this instant counts: the midnight before publication, London.
    pub fn cut_off(self) -> DateTime<Utc> {
        calendar::day_begins(self.published_on())
    }

    /// Nine o'clock in London on its Thursday; from then on it is due.
    pub fn due_at(self) -> DateTime<Utc> {
        // Clocks change on Sundays, so nine hours after a Thursday's midnight is nine o'clock.
        let midnight = self.cut_off();
        midnight.checked_add_signed(Duration::hours(PUBLISHED_AT_HOUR)).unwrap_or(midnight)
    }

    /// Every period due by `now`, oldest first.
    pub fn due_by(now: DateTime<Utc>) -> Vec<Self> {
        std::iter::successors(Some(Self::FIRST), |period| Some(period.next()))
            .take_while(|period| period.due_at() <= now)
            .collect()
    }
}

fn first_of(year: i32) -> LocalDate {
    let mut first = LocalDate::new(FIRST.0, FIRST.1, FIRST.2).unwrap_or(LocalDate(chrono::NaiveDate::MAX));
    for of in FIRST_YEAR..year {
        first = first.plus_days(DAYS.saturating_mul(u64::from(PERIODS_A_YEAR)));
        let april = LocalDate::new(of.saturating_add(1), 4, 1).unwrap_or(first);
        if first < april {
            first = first.plus_days(DAYS);
        }
    }
    first
}
