//! How loaded clinicians are, on the day and week by week: sums of days of at least three.

use entity::ids::LocalDate;

use super::{Capacity, ClinicianDays, CountedDay, WEEKS, WeekStatus, folded::Folded};
use crate::domain::{calendar, coverage::percent};

/// Room on the day.
pub(super) fn capacity(on: LocalDate, folded: &[Folded<'_>]) -> Capacity {
    let today = folded.iter().flat_map(|practice| practice.days);
    today.filter(|day| day.day() == on).fold(Capacity::default(), |sum, day| Capacity {
        practices: sum.practices.saturating_add(1),
        sum: sum.sum.plus(day.sum()),
        diverts: sum.diverts.saturating_add(day.diverts()),
    })
}

/// The weeks that are shown, oldest first, as far as their days are over.
pub(super) fn weeks(on: LocalDate, folded: &[Folded<'_>]) -> Vec<WeekStatus> {
    let last = calendar::week_ending(on);
    (0..WEEKS).rev().map(|back| week(last.minus_days(back.saturating_mul(7)), folded)).collect()
}

/// The share of days over the limit, practice by practice; the lowest first.
pub(super) fn over(folded: &[Folded<'_>]) -> Vec<u32> {
    let shares = folded.iter().filter_map(|practice| {
        let days = clinician_days(practice.finished());
        percent(days.over, days.counted)
    });
    let mut shares: Vec<u32> = shares.collect();
    shares.sort_unstable();
    shares
}

fn week(week_ending: LocalDate, folded: &[Folded<'_>]) -> WeekStatus {
    let none =
        WeekStatus { week_ending, practices: 0, patients: 0, contacts: 0, diverts: 0, days: ClinicianDays::default() };
    folded.iter().fold(none, |sum, practice| {
        let mut days = practice.finished().filter(|day| calendar::week_ending(day.day()) == week_ending).peekable();
        if days.peek().is_none() {
            return sum;
        }
        let with = WeekStatus {
            practices: sum.practices.saturating_add(1),
            patients: sum.patients.saturating_add(practice.practice.patients.into()),
            ..sum
        };
        days.fold(with, |sum, day| WeekStatus {
            contacts: sum.contacts.saturating_add(day.sum().counted.into()),
            diverts: sum.diverts.saturating_add(day.diverts()),
            days: sum.days.plus(clinician_days([day])),
            ..sum
        })
    })
}

/// Sums clinicians' days.
pub(super) fn clinician_days<'a>(days: impl IntoIterator<Item = &'a CountedDay>) -> ClinicianDays {
    days.into_iter().fold(ClinicianDays::default(), |sum, day| {
        sum.plus(ClinicianDays { over: day.sum().clinicians_over, full: day.sum().full, counted: day.sum().clinicians })
    })
}

impl ClinicianDays {
    pub(super) fn plus(self, other: Self) -> Self {
        Self {
            over: self.over.saturating_add(other.over),
            full: self.full.saturating_add(other.full),
            counted: self.counted.saturating_add(other.counted),
        }
    }
}

impl WeekStatus {
    /// Contacts for each 1,000 patients of the practices that are summed; nothing where there are none.
    pub fn per_thousand(&self) -> Option<u64> {
        let doubled = self.contacts.saturating_mul(2000);
        let whole = self.patients.saturating_mul(2);
        doubled.saturating_add(self.patients).checked_div(whole)
    }
}
