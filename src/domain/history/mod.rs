//! What is kept of the past, and how it is summed.
//!
//! A clinician's own days are kept for 13 weeks. Then they are folded into the practice's day: the sums stay, who it was
//! goes. What was counted is digested each night into the practice's audit chain, so that a row that was changed later
//! can be told from an honest one.

use std::collections::BTreeMap;

use chrono::{DateTime, Duration, Utc};
use entity::ids::{ClinicianId, LocalDate};

use super::{
    calendar,
    limit::{Day, NEARING_PERCENT, PracticeDay},
};

mod anchor;
mod weeks;

pub use anchor::{Anchor, Erased, Folded, Span, Trail, leaf};
pub use weeks::{DaysSummary, OwnDay, by_hour, by_month, by_week, summary};

/// Thirteen weeks: so many days a clinician's own rows are kept.
pub const KEPT_DAYS: u64 = 91;
/// Rows of one step of folding: that many are deleted well within the 50 ms for which a step may hold the writer.
const STEP_ROWS: u64 = 200;
/// The nightly work begins at this hour in London, when nobody counts.
const NIGHT_HOUR: i64 = 2;

/// The first day that is still kept clinician by clinician.
pub fn first_kept(today: LocalDate) -> LocalDate {
    today.minus_days(KEPT_DAYS)
}

/// When the nightly work is due next after `now`.
pub fn next_night(now: DateTime<Utc>) -> DateTime<Utc> {
    let at = |day: LocalDate| {
        let begins = calendar::day_begins(day);
        begins.checked_add_signed(Duration::hours(NIGHT_HOUR)).unwrap_or(begins)
    };
    let today = calendar::london_day(now);
    if at(today) > now { at(today) } else { at(today.plus_days(1)) }
}

/// Who is folded together: as many clinicians as have few enough rows between them, and never less than one, because a
/// clinician's day counts as a whole.
pub fn steps(rows: impl IntoIterator<Item = (ClinicianId, u64)>) -> Vec<Vec<ClinicianId>> {
    let mut steps: Vec<Vec<ClinicianId>> = Vec::new();
    let mut sum = 0_u64;
    for (clinician, n) in rows {
        sum = sum.saturating_add(n);
        match steps.last_mut() {
            Some(step) if sum <= STEP_ROWS => step.push(clinician),
            _ => {
                steps.push(vec![clinician]);
                sum = n;
            }
        }
    }
    steps
}

/// What is said in advance about folding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FoldingNotice {
    /// Days before this one are folded …
    pub before: LocalDate,
    /// … in the night that ends on this day.
    pub night_to: LocalDate,
}

/// The folding that comes next.
pub fn notice(now: DateTime<Utc>) -> FoldingNotice {
    let night_to = calendar::london_day(next_night(now));
    FoldingNotice { before: first_kept(night_to), night_to }
}

/// A practice's day without its clinicians. Sums of parts are the sum of the whole, so that a day may be folded in
/// several steps.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
pub struct DaySum {
    /// Clinicians with a count.
    pub clinicians: u32,
    /// Their contacts.
    pub contacts: u32,
    /// The sum of their limits.
    pub limits: u32,
    /// What each had left, summed.
    pub room: u32,
    /// Clinicians at the limit exactly.
    pub at_limit: u32,
    /// Clinicians past the limit.
    pub over: u32,
    /// Complex contacts.
    pub complex: u32,
    /// Contacts by kind, and whatever else was tallied.
    pub kinds: BTreeMap<String, u64>,
}

impl DaySum {
    /// One clinician's day; nothing where they have no count.
    pub fn of(day: &Day) -> Self {
        if day.source.is_none() {
            return Self::default();
        }
        Self {
            clinicians: 1,
            contacts: day.counted,
            limits: day.limit.contacts,
            room: day.headroom.left(),
            at_limit: u32::from(day.headroom.is_full() && !day.headroom.is_over()),
            over: u32::from(day.headroom.is_over()),
            complex: day.complex(),
            kinds: BTreeMap::new(),
        }
    }

    /// Adds another part of the same day.
    pub fn add(&mut self, other: &Self) {
        for (sum, more) in [
            (&mut self.clinicians, other.clinicians),
            (&mut self.contacts, other.contacts),
            (&mut self.limits, other.limits),
            (&mut self.room, other.room),
            (&mut self.at_limit, other.at_limit),
            (&mut self.over, other.over),
            (&mut self.complex, other.complex),
        ] {
            *sum = sum.saturating_add(more);
        }
        for (kind, n) in &other.kinds {
            self.count(kind, *n);
        }
    }

    /// Adds to one kind.
    pub fn count(&mut self, kind: &str, n: u64) {
        let sum = self.kinds.entry(kind.to_owned()).or_default();
        *sum = sum.saturating_add(n);
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The same as pages of the practice and its LMC sum it. Whose limit was how near is gone: the usual share stands for
    /// each.
    pub fn practice_day(&self) -> PracticeDay {
        PracticeDay {
            clinicians: self.clinicians,
            counted: self.contacts,
            limit: self.limits,
            over: self.contacts.saturating_add(self.room).saturating_sub(self.limits),
            full: self.at_limit.saturating_add(self.over),
            clinicians_over: self.over,
            nearing_hundredths: u64::from(self.limits).saturating_mul(NEARING_PERCENT.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn steps_hold_few_rows_or_one_clinician() {
        let id = |n: u128| ClinicianId(uuid::Uuid::from_u128(n));
        let rows = [(1, 80), (2, 120), (3, 1), (4, 500), (5, 200)].map(|(n, rows)| (id(n), rows));
        let expected = [vec![id(1), id(2)], vec![id(3)], vec![id(4)], vec![id(5)]];
        assert_eq!(steps(rows), expected);
        assert!(steps([]).is_empty());
    }

    #[test]
    fn the_notice_names_the_night_and_the_days() {
        // Friday noon: tonight, at two in the morning of the 21st, what lies before 22 August goes.
        let said = notice(at("2026-11-20T12:00:00Z"));
        assert_eq!(said.before.to_string(), "2026-08-22");
        assert_eq!(said.night_to.to_string(), "2026-11-21");
        // Just after midnight the same night is still to come.
        assert_eq!(notice(at("2026-11-21T00:30:00Z")), said);
        assert_eq!(notice(at("2026-11-21T02:00:00Z")).night_to.to_string(), "2026-11-22");
        // In summer two in London is one in UTC.
        assert_eq!(next_night(at("2026-07-01T00:59:00Z")), at("2026-07-01T01:00:00Z"));
        assert_eq!(next_night(at("2026-07-01T01:00:00Z")), at("2026-07-02T01:00:00Z"));
    }

    #[test]
    fn parts_of_a_day_add_up_in_any_order() {
        let mut one = DaySum { clinicians: 2, contacts: 51, limits: 50, room: 1, over: 1, ..DaySum::default() };
        one.count("in-person", 40);
        one.count("sheet", 11);
        let mut two = DaySum { clinicians: 1, contacts: 25, limits: 25, at_limit: 1, ..DaySum::default() };
        two.count("in-person", 25);
        let mut there = one.clone();
        there.add(&two);
        two.add(&one);
        assert_eq!(there, two);
        assert_eq!(there.kinds["in-person"], 65);
        let sum = there.practice_day();
        assert_eq!((sum.full, sum.clinicians_over), (2, 1));
        assert_eq!((sum.left(), sum.over), (1, 2));
        assert!(!there.is_empty() && DaySum::default().is_empty());
    }
}
