//! The safe limit of one clinician on one day, and where they stand against it. It informs and never stops anyone.
//!
//! 25 contacts a day is the safe maximum of UEMO and the BMA; a single session is 13 (BMA case study: two sessions are
//! 25). Practices use other figures, so a limit is a dated row and every report says which it used.

use std::cmp::Reverse;

use entity::ids::{ClinicianId, LocalDate};

pub use self::across::{Share, Total, across};
pub use self::headroom::{Headroom, NEARING_PERCENT, PracticeDay};
pub use self::rules::{Limit, RotaDay, Rule, Rules, SetBy, Worked, limit_on};
pub use self::week::{Attendance, PracticeWeek, practice_week, standing};
use super::contact::{MOST_A_DAY, Source};

mod across;
mod headroom;
mod rules;
mod week;

/// The safe maximum for a full day (UEMO/BMA).
pub const RECOMMENDED_FULL_DAY: u32 = 25;
/// The recommended maximum for one session (BMA case study).
pub const RECOMMENDED_ONE_SESSION: u32 = 13;
/// BMA's 2018 bands: routine contacts are safe to this many.
pub const ROUTINE_SAFE: u32 = 25;
/// And unsafe above this many.
pub const ROUTINE_UNSAFE: u32 = 35;
/// Complex ones (long-term conditions, mental health) are safe to this many.
pub const COMPLEX_SAFE: u32 = 10;
/// And unsafe above this many.
pub const COMPLEX_UNSAFE: u32 = 15;

/// What is known of one clinician's day before a source is chosen.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DayFacts {
    /// Sum of taps, where there was any (even if all are voided).
    pub taps: Option<u32>,
    /// Of them, complex ones.
    pub complex: u32,
    /// The newest day sheet entry.
    pub sheet: Option<u32>,
    /// Attended appointments of the clinical system, where an import covers the day.
    pub import: Option<u32>,
    /// Appointments still to come that day, where an import says so.
    pub booked: u32,
    /// The source the practice chose for this clinician.
    pub chosen: Option<Source>,
    /// What they work, where somebody said so for the day.
    pub worked: Option<Worked>,
}

impl DayFacts {
    /// What a source says, where it says anything.
    pub fn of(&self, source: Source) -> Option<u32> {
        match source {
            Source::Taps => self.taps,
            Source::Sheet => self.sheet,
            // Several files may add up to more than one day takes.
            Source::Import => self.import.map(|n| n.min(MOST_A_DAY)),
        }
    }
}

/// One clinician's day against the limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Day {
    /// Contacts that count.
    pub counted: u32,
    /// Where they come from; nothing where nobody counted.
    pub source: Option<Source>,
    /// The limit that applies.
    pub limit: Limit,
    /// Where that leaves the clinician.
    pub headroom: Headroom,
    /// What the limit follows from.
    pub worked: Worked,
    /// Contacts on the second ruler, in tenths: complex ones weigh 2.5 (BMA's 2018 bands).
    pub weighted_tenths: u32,
    /// Appointments still to come.
    pub booked: u32,
    /// Taps of the day, whether they count or not.
    pub taps: u32,
    /// Whether taps are what counts, or would be from the first one on. They are kept but do not count where the practice
    /// chose another source and that has a figure.
    pub taps_count: bool,
}

impl Day {
    /// Complex contacts: each weighs 15 tenths more than a routine one.
    pub fn complex(&self) -> u32 {
        let routine = self.counted.saturating_mul(10);
        self.weighted_tenths.saturating_sub(routine) / 15
    }
}

/// Folds what is known into the day as it counts: one source, the practice's choice where it has a figure, else taps,
/// the day sheet, the import, in that order. Never two added together.
pub fn day(facts: &DayFacts, rules: &Rules, clinician: ClinicianId, on: LocalDate) -> Day {
    let mut in_order = facts.chosen.into_iter().chain(Source::ALL);
    let (source, counted) = in_order
        .find_map(|source| Some((source, facts.of(source)?)))
        .map_or((None, 0), |(source, n)| (Some(source), n));
    let worked = facts.worked.unwrap_or_else(|| {
        let by_rota = rules.rota_on(clinician, on).filter(|halves| *halves > 0);
        Worked { half_sessions: by_rota.unwrap_or(Worked::FULL_DAY.half_sessions), duty: false }
    });
    let limit = limit_on(rules, Some(clinician), on, worked);
    let other = facts.chosen.filter(|chosen| *chosen != Source::Taps);
    let complex = if source == Some(Source::Taps) { facts.complex.min(counted) } else { 0 };
    let routine = counted.saturating_sub(complex);
    Day {
        counted,
        source,
        limit,
        headroom: Headroom::of(counted, limit),
        worked,
        weighted_tenths: routine.saturating_mul(10).saturating_add(complex.saturating_mul(25)),
        booked: facts.booked,
        taps: facts.taps.unwrap_or(0),
        taps_count: other.is_none_or(|other| facts.of(other).is_none()),
    }
}

/// The days of a page, fullest first, so that whoever needs help is on top.
pub fn fullest_first<T>(rows: &mut [T], day: impl Fn(&T) -> &Day) {
    rows.sort_by_key(|row| {
        let day = day(row);
        Reverse((
            day.source.is_some(),
            u64::from(day.counted).saturating_mul(1000).checked_div(day.limit.contacts.into()),
        ))
    });
}

#[cfg(test)]
mod tests;
