//! An LMC's area as its officer sees it: what practices that share have recorded, bounded by those not heard from.
//!
//! A practice that does not share counts as *not heard from*, whatever it recorded. A thought, and a plan without a
//! served notice, count for nothing. Capacity is summed over practices with at least three counted clinicians a day,
//! so that no figure is about one person.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use entity::ids::{ItemCode, LocalDate, OdsCode, OrgCode, SubjectId};

use super::{
    action::StatusRow,
    catalogue::Catalogue,
    consent::Days,
    coverage::Coverage,
    disclosure::{Content, Figure},
    limit::{Day, PracticeDay},
};

mod assemble;
mod folded;
mod heard;
mod lines;
mod one;
mod places;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;
mod trend;
mod weeks;

pub use assemble::{assemble, first_day};
pub use heard::{Answered, Heard, WeekResponse, first_week};
pub use lines::{AreaLine, entered, lines};
pub use one::{LastHeard, acts, menu};

/// Fewest clinicians counted on a day for that practice's day to be summed.
pub const LEAST_CLINICIANS: u32 = 3;
/// How far ahead services that end are named.
pub const ENDING_DAYS: u64 = 90;
/// How many weeks of clinician-days are shown, the one of the day included.
pub const WEEKS: u64 = 4;
/// How many points a trend has: the day, and the Fridays before its week's.
pub const TREND_WEEKS: u64 = 6;
/// Days without an answer after which a practice is named as silent.
pub const SILENT_DAYS: i64 = 28;

/// One practice's day, summed over its clinicians.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CountedDay {
    day: LocalDate,
    sum: PracticeDay,
    diverts: u32,
}

impl CountedDay {
    /// The sum, or nothing where it would be about one or two people.
    pub fn of(day: LocalDate, clinicians: &[Day]) -> Option<Self> {
        Self::summed(day, PracticeDay::sum(clinicians))
    }

    /// A day that was summed before, such as one that is folded; nothing where it would be about one or two people.
    pub fn summed(day: LocalDate, sum: PracticeDay) -> Option<Self> {
        (sum.clinicians >= LEAST_CLINICIANS).then_some(Self { day, sum, diverts: 0 })
    }

    /// The same day, with the diverts that began on it.
    #[must_use]
    pub fn with_diverts(self, diverts: u32) -> Self {
        Self { diverts, ..self }
    }

    /// The day.
    pub fn day(&self) -> LocalDate {
        self.day
    }

    /// The sums.
    pub fn sum(&self) -> PracticeDay {
        self.sum
    }

    /// Diverts that began.
    pub fn diverts(&self) -> u32 {
        self.diverts
    }
}

/// A served notice on which a reply was due and has not come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unanswered {
    /// Item of the catalogue.
    pub item: ItemCode,
    /// The service.
    pub subject: SubjectId,
    /// When the reply was due.
    pub due_on: LocalDate,
}

/// What an LMC may see of a practice that shares.
#[derive(Debug, Clone)]
pub struct Shared {
    /// Which of its days are open.
    pub open: Days,
    /// Its register, oldest first.
    pub rows: Vec<StatusRow>,
    /// Names of its subjects.
    pub subjects: BTreeMap<SubjectId, String>,
    /// The weeks it answered in the weeks of a trend, and the first and the last one before them.
    pub answers: Vec<Answered>,
    /// Its days, where at least three clinicians were counted.
    pub days: Vec<CountedDay>,
    /// Its notices on which a reply was due before the day that is asked about.
    pub unanswered: Vec<Unanswered>,
}

impl Default for Shared {
    fn default() -> Self {
        Self {
            open: Days::All,
            rows: Vec::new(),
            subjects: BTreeMap::new(),
            answers: Vec::new(),
            days: Vec::new(),
            unanswered: Vec::new(),
        }
    }
}

/// What an LMC sees of a practice that does not share: its own telephone entries that wait for an answer.
#[derive(Debug, Clone, Default)]
pub struct TelephoneEntries {
    /// The entries, oldest first.
    pub rows: Vec<StatusRow>,
    /// Names of their subjects.
    pub subjects: BTreeMap<SubjectId, String>,
}

/// One practice of the area.
#[derive(Debug, Clone, Copy)]
pub struct AreaPractice<'a> {
    /// Its code.
    pub code: &'a OdsCode,
    /// Its name.
    pub name: &'a str,
    /// Its patients, where known.
    pub patients: u32,
    /// Its network: code and name.
    pub network: Option<(&'a OrgCode, &'a str)>,
    /// Its ICB: code and name.
    pub icb: Option<(&'a OrgCode, &'a str)>,
    /// What it shares; nothing where it does not.
    pub shared: Option<&'a Shared>,
}

/// What is asked about an area.
#[derive(Debug, Clone, Copy)]
pub struct Ask<'a> {
    /// The menu.
    pub catalogue: &'a Catalogue,
    /// The area.
    pub lmc: &'a OrgCode,
    /// The day.
    pub on: LocalDate,
    /// The day to compare with.
    pub since: LocalDate,
    /// Only what was recorded by then counts.
    pub known_at: DateTime<Utc>,
    /// The newest release of that day, where there is one.
    pub held: Option<&'a Content>,
}

/// An area on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AreaStatus {
    /// The area.
    pub lmc: OrgCode,
    /// The day.
    pub on: LocalDate,
    /// The Friday of its week.
    pub week_ending: LocalDate,
    /// The day that changes count from.
    pub since: LocalDate,
    /// Who was heard from.
    pub heard: Heard,
    /// Who answered, week by week, oldest first, the last one being the week of the day.
    pub responses: Vec<WeekResponse>,
    /// Every item of the menu that may leave a practice on the day.
    pub items: Vec<ItemStatus>,
    /// By primary care network, by name; practices without one come last.
    pub networks: Vec<PlaceStatus>,
    /// The same by ICB.
    pub icbs: Vec<PlaceStatus>,
    /// Practices that share and have not answered or recorded anything in the week, the longest silent first.
    pub waiting: Vec<Waiting>,
    /// Services that end within 90 days, the soonest first.
    pub ending: Vec<EndingNotice>,
    /// Replies that are overdue, the longest first.
    pub overdue: Vec<Overdue>,
    /// Room on the day itself.
    pub capacity: Capacity,
    /// Clinicians' days over the limit in four weeks.
    pub days: ClinicianDays,
    /// How loaded clinicians were, week by week, oldest first.
    pub weeks: Vec<WeekStatus>,
    /// Of each practice with counted days in these weeks, the share of them over the limit in percent; the lowest first.
    pub over: Vec<u32>,
}

/// One item in the area.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemStatus {
    /// Its code.
    pub code: ItemCode,
    /// Its name on area pages.
    pub title: String,
    /// How many act, of those heard from and of all.
    pub coverage: Coverage,
    /// Of the practices heard from, those acting now less those that acted on the earlier day, as far as is known today;
    /// nothing where the item did not count then.
    pub change: Option<i64>,
    /// How it stood at the end of each week, oldest first, the last one on the day itself; weeks in which the item did
    /// not count are left out.
    pub trend: Vec<TrendPoint>,
    /// What the ICBs of the area hold, as released; nothing where no release speaks of the item.
    pub held: Vec<Holding>,
}

/// One item at the end of one week, as far as is known today.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TrendPoint {
    /// The Friday of the week.
    pub week_ending: LocalDate,
    /// Practices that acted then, of those heard from by then.
    pub acting: u32,
    /// Practices heard from by then; where there are none, nothing is known of that week.
    pub heard: u32,
}

/// A figure that outsiders hold: nothing smaller than an ICB is released.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holding {
    /// Name of the ICB, or of several that are one row.
    pub name: String,
    /// Its practices in the release.
    pub practices: u32,
    /// As released.
    pub figure: Figure,
    /// Number of the release.
    pub release: u32,
}

/// A part of the area: a primary care network or an ICB.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlaceStatus {
    /// Its code; none for practices that belong to none.
    pub code: Option<OrgCode>,
    /// Its name.
    pub name: String,
    /// Practices heard from.
    pub heard: u32,
    /// Its practices in this area.
    pub all: u32,
    /// Practices acting, in the order of the area's items.
    pub acting: Vec<u32>,
    /// Practices that acted on the earlier day, in the same order.
    pub acted: Vec<u32>,
    /// Clinicians' days over the limit in four weeks.
    pub days: ClinicianDays,
}

/// A practice that shares and was not heard from in the week.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// Its code.
    pub practice: OdsCode,
    /// Its name.
    pub name: String,
    /// The last week in which it was; none if it never was.
    pub last_week: Option<LocalDate>,
}

/// A reply that is overdue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overdue {
    /// Who served notice.
    pub practice: OdsCode,
    /// Its name.
    pub name: String,
    /// On which service.
    pub service: String,
    /// When the reply was due.
    pub due_on: LocalDate,
}

/// Services of one name that end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndingNotice {
    /// As most practices write it.
    pub name: String,
    /// How many practices.
    pub practices: u32,
    /// The first last day.
    pub first: LocalDate,
    /// The last one.
    pub last: LocalDate,
}

/// Room on one day, from practices with at least three counted clinicians.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Capacity {
    /// Practices summed.
    pub practices: u32,
    /// Their days, summed.
    pub sum: PracticeDay,
    /// Diverts that began in them.
    pub diverts: u32,
}

/// One week, from practices' days with at least three counted clinicians.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WeekStatus {
    /// Its Friday.
    pub week_ending: LocalDate,
    /// Practices with a day that is summed.
    pub practices: u32,
    /// Their patients.
    pub patients: u64,
    /// Their contacts.
    pub contacts: u64,
    /// Their diverts, of those days.
    pub diverts: u32,
    /// Their clinicians' days.
    pub days: ClinicianDays,
}

/// Clinicians' days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ClinicianDays {
    /// Past the limit.
    pub over: u32,
    /// At the limit or past it.
    pub full: u32,
    /// All that were counted.
    pub counted: u32,
}
