//! What one practice adds to its area, from which everything is summed.

use entity::ids::{ItemCode, LocalDate};

use super::{AreaPractice, CountedDay, Overdue};

/// What one practice adds.
pub(super) struct Folded<'a> {
    pub(super) practice: &'a AreaPractice<'a>,
    pub(super) voice: Voice,
    pub(super) silent: bool,
    pub(super) last_week: Option<LocalDate>,
    /// By item: acting on the day. Of a practice that was not heard from by then nothing is known.
    pub(super) acting: Vec<bool>,
    /// By item: acting on the earlier day, as the practice said by the day itself or later.
    pub(super) acted: Vec<bool>,
    /// For each of [`super::heard::days`], how it stood then.
    pub(super) then: Vec<Then>,
    pub(super) ends: Vec<End<'a>>,
    pub(super) overdue: Vec<Overdue>,
    pub(super) days: &'a [CountedDay],
    /// The day it is: what is counted of it is not finished.
    pub(super) today: LocalDate,
}

impl Folded<'_> {
    pub(super) fn heard(&self) -> bool {
        self.voice.heard()
    }

    /// The days that are over. A day in its middle would count every clinician as not over.
    pub(super) fn finished(&self) -> impl Iterator<Item = &CountedDay> {
        self.days.iter().filter(|day| day.day() < self.today)
    }
}

pub(super) struct End<'a> {
    pub(super) item: &'a ItemCode,
    pub(super) name: &'a str,
    pub(super) day: LocalDate,
}

/// One practice at the end of one week.
pub(super) struct Then {
    /// What had been heard from it.
    pub(super) voice: Voice,
    /// By item: acting then.
    pub(super) acting: Vec<bool>,
}

/// How much was heard from a practice by the end of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Voice {
    /// Nothing, or it does not share.
    NotYet,
    /// Something, in an earlier week.
    Before,
    /// Something in the week of the day.
    InTheWeek,
}

impl Voice {
    pub(super) fn heard(self) -> bool {
        self > Self::NotYet
    }
}
