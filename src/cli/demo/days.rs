//! The days of the demo, relative to the real clock.

use chrono::{DateTime, Duration, Utc};
use entity::ids::LocalDate;

use crate::domain::{calendar, working_day::WorkingDays};

/// Weeks of history.
const WEEKS: u64 = 12;
/// Days before today on which clinicians tapped; before that there are day sheets.
const TAPPED: u64 = 7;
const OPENS: i64 = 8 * 60;
const CLOSES: i64 = 18 * 60 + 30;

/// What the demo needs to know about the time it is made.
#[derive(Debug, Clone)]
pub(super) struct Days {
    pub(super) now: DateTime<Utc>,
    pub(super) today: LocalDate,
    /// Working days of the last twelve weeks, oldest first, without today.
    pub(super) history: Vec<LocalDate>,
    /// Minutes of today between which clinicians have seen people.
    pub(super) window: (i64, i64),
    /// How much of the day is done, in percent.
    pub(super) done: u32,
}

impl Days {
    pub(super) fn at(now: DateTime<Utc>) -> Self {
        let today = calendar::london_day(now);
        let england = WorkingDays::england().ok();
        let works = |day: LocalDate| england.map_or(day.is_weekday(), |days| days.is_working(day));
        let history = (1..=WEEKS * 7).rev().map(|back| today.minus_days(back)).filter(|day| works(*day)).collect();
        let minute = (now - calendar::day_begins(today)).num_minutes();
        let (window, done) = window(minute, works(today));
        Self { now, today, history, window, done }
    }

    /// Whether single contacts are kept of a day.
    pub(super) fn tapped(&self, day: LocalDate) -> bool {
        day >= self.today.minus_days(TAPPED)
    }

    /// An instant of a past day, never one that lies ahead.
    pub(super) fn on(&self, day: LocalDate, minute: i64) -> DateTime<Utc> {
        let at = calendar::day_begins(day) + Duration::minutes(minute);
        at.min(self.now)
    }

    /// The first of a month that is at least `days` ahead.
    pub(super) fn first_of_month_after(&self, days: u64) -> LocalDate {
        use chrono::Datelike;
        let mut day = self.today.plus_days(days);
        while day.0.day() != 1 {
            day = day.plus_days(1);
        }
        day
    }
}

/// In opening hours the day goes on; at any other time it looks as it did at one o'clock, squeezed into what there has
/// been of the day, so that the demo is alive on a Saturday evening and at two in the morning.
fn window(minute: i64, works: bool) -> ((i64, i64), u32) {
    const ONE_O_CLOCK: i64 = 13 * 60;
    let last = minute.saturating_sub(1).max(1);
    if works && (OPENS + 30..=CLOSES).contains(&minute) {
        let part = minute.saturating_sub(OPENS).saturating_mul(100) / (CLOSES - OPENS);
        return ((OPENS, last), u32::try_from(part.clamp(15, 85)).unwrap_or(50));
    }
    let from = if last > OPENS + 30 { OPENS } else { 0 };
    ((from, last.min(ONE_O_CLOCK)), 50)
}
