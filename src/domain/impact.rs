//! Practices of an LMC before and after a day, or each around its own start of an action ([`around_own_starts`]): only those
//! that were counted on both sides. What changed, never why.

use chrono::Datelike;
use entity::ids::LocalDate;

use super::area::CountedDay;

mod before_after;
mod likely;
mod own_start;
mod published;
mod sent_back;
#[cfg(test)]
mod tests;

pub use before_after::{Impact, ImpactPractice, compare};
pub use likely::Likely;
pub use own_start::{
    Beside, Course, Group, Measure, Member, OwnStarts, Shift, WhoIsIn, around_own_starts, course, span,
};
pub use published::{Lies, Month, Published};
pub use sent_back::{SentBack, sent_back};

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

/// So few practices were counted on both sides that nothing is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooFew(pub u32);

/// The newest 1 October that is at least a week ago.
pub fn first_of_october(today: LocalDate) -> LocalDate {
    let year = today.0.year();
    [year, year.saturating_sub(1)]
        .into_iter()
        .filter_map(|year| LocalDate::new(year, 10, 1))
        .find(|day| Windows::new(*day, 1, today).is_some())
        .unwrap_or(today.minus_days(WEEK))
}
