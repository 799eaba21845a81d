//! Who was heard from. One meaning on every page, in the API and on every day: a practice that shares, and that had
//! recorded something or answered a week by the end of the day.

use chrono::{DateTime, Utc};
use entity::ids::LocalDate;

use super::{
    Shared, TREND_WEEKS,
    folded::{Folded, Voice},
};
use crate::domain::{action::EntryAnswer, calendar};

/// Who was heard from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Heard {
    /// Practices that share and had recorded something or answered a week by the end of the day.
    pub practices: u32,
    /// All practices of the area.
    pub all: u32,
    /// Practices that share.
    pub sharing: u32,
    /// Patients of those heard from.
    pub patients: u64,
    /// Patients of all.
    pub patients_all: u64,
    /// Of those heard from, practices that answered the week or recorded something in it.
    pub this_week: u32,
    /// Practices heard from, and not in the last four weeks.
    pub silent: u32,
}

impl Heard {
    /// Practices that share and have not answered in the week.
    pub fn waiting(self) -> u32 {
        self.sharing.saturating_sub(self.this_week)
    }

    /// Practices that do not share.
    pub fn not_sharing(self) -> u32 {
        self.all.saturating_sub(self.sharing)
    }

    /// Practices that share and had not recorded or answered anything yet.
    pub fn never(self) -> u32 {
        self.sharing.saturating_sub(self.practices)
    }

    /// Practices heard from that have not answered in the week.
    pub fn not_this_week(self) -> u32 {
        self.practices.saturating_sub(self.this_week)
    }
}

/// Who answered one week.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WeekResponse {
    /// Its Friday.
    pub week_ending: LocalDate,
    /// Practices that answered it or recorded something in it.
    pub answered: u32,
    /// Practices heard from by then, those among them; where there are none, nothing is known of that week.
    pub heard: u32,
}

/// "Nothing changed" for one week.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answered {
    week: LocalDate,
    heard_on: LocalDate,
}

impl Answered {
    /// From what was stored. An answer that came after its Friday speaks for its week all the same.
    pub fn new(week: LocalDate, recorded_at: DateTime<Utc>) -> Self {
        Self { week, heard_on: calendar::london_day(recorded_at).min(week) }
    }

    /// Its Friday.
    pub fn week(self) -> LocalDate {
        self.week
    }

    /// For a week that was over long ago.
    pub fn long_ago(week: LocalDate) -> Self {
        Self { week, heard_on: week }
    }
}

impl Shared {
    /// The last week in which the practice answered or recorded anything, or was heard from by telephone, as it was by the
    /// end of a day: nothing of a practice that had said nothing by then. What it struck out was never said.
    pub fn last_week(&self, by: LocalDate, known_at: DateTime<Utc>) -> Option<LocalDate> {
        self.heard(by, known_at).max()
    }

    /// The weeks of everything that was heard by the end of a day.
    fn heard(&self, by: LocalDate, known_at: DateTime<Utc>) -> impl Iterator<Item = LocalDate> {
        let recorded = self
            .rows
            .iter()
            .filter(move |row| row.recorded_at <= known_at && row.answer != Some(EntryAnswer::Removed))
            .map(|row| self.open.learnt(row.recorded_at))
            .filter(move |day| *day <= by)
            .map(calendar::week_ending);
        let answers = self.answers.iter();
        let answered = answers.filter(move |answer| answer.heard_on <= by);
        recorded.chain(answered.map(|answer| answer.week)).filter(move |_| self.open.open(by))
    }

    /// How much was heard by the end of a day.
    pub(super) fn voice(&self, by: LocalDate, known_at: DateTime<Utc>) -> Voice {
        let week = calendar::week_ending(by);
        match self.last_week(by, known_at) {
            None => Voice::NotYet,
            Some(last) if last >= week => Voice::InTheWeek,
            Some(_) => Voice::Before,
        }
    }
}

/// The day, then the Fridays before its week's, the newest first.
pub(super) fn days(on: LocalDate) -> impl Iterator<Item = LocalDate> {
    let last = calendar::week_ending(on);
    (0..TREND_WEEKS).map(move |back| match back {
        0 => on,
        back => last.minus_days(back.saturating_mul(7)),
    })
}

/// The first week whose answers are read one by one; of those before it the first and the last one say all that is asked.
pub fn first_week(on: LocalDate) -> LocalDate {
    let weeks = TREND_WEEKS.saturating_sub(1);
    calendar::week_ending(on).minus_days(weeks.saturating_mul(7))
}

/// Week by week, oldest first.
pub(super) fn responses(on: LocalDate, folded: &[Folded<'_>]) -> Vec<WeekResponse> {
    let mut responses: Vec<WeekResponse> = days(on)
        .enumerate()
        .map(|(at, day)| {
            let count = |test: fn(Voice) -> bool| {
                let voices = folded.iter().filter_map(|one| one.then.get(at));
                let n = voices.filter(|then| test(then.voice)).count();
                u32::try_from(n).unwrap_or(u32::MAX)
            };
            WeekResponse {
                week_ending: calendar::week_ending(day),
                answered: count(|voice| voice == Voice::InTheWeek),
                heard: count(Voice::heard),
            }
        })
        .collect();
    responses.reverse();
    responses
}
