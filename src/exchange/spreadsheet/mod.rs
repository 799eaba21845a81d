//! A practice's register as a workbook: out with `rust_xlsxwriter`, back with calamine. Texts are written as texts, days
//! as days, and nothing that comes back is trusted: sizes are bounded before a cell is read, formulas are not followed.

use std::borrow::Cow;

use crate::domain::action::{NotedDay, NotedDays};
use entity::ids::{LocalDate, StatusId, SubjectId};
use serde::{Deserialize, Serialize};

pub use back::{Back, read};
pub(super) use out::letters as lettered;
pub use out::{Book, Entry, Failed, Line, write};
pub use refused::{MOST_BYTES, Refused};

mod back;
pub(super) mod cells;
mod guide;
mod out;
mod refused;
#[cfg(test)]
mod tests;

/// The sheet people fill in.
pub const REGISTER: &str = "Register";
/// The sheet that says how.
const GUIDE: &str = "How to fill this in";
/// Hidden: the states of each item, for the drop-down lists.
const STATES: &str = "States";
/// Hidden: whose workbook this is.
const ABOUT: &str = "Headroom";
/// What the hidden sheet calls this kind of workbook.
const KIND: &str = "headroom-register-1";
/// Empty rows at the bottom, for new subjects.
const EMPTY_ROWS: u32 = 30;
/// What a box to tick holds.
const YES: &str = "Yes";

/// A column of the register's sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Column {
    /// The item's stable code.
    Code,
    /// Its short name; not read back.
    Item,
    /// The named service, agreement or the like.
    Subject,
    /// What holds from the day, in the item's words.
    Status,
    /// From when.
    From,
    /// The day is a guess.
    About,
    /// When notice was served.
    NoticeServed,
    /// A day that was noted beside it.
    Noted(NotedDay),
    /// For agreements: that it serves secondary purposes only.
    Secondary,
    /// Hidden: which subject and which record the row was made from.
    Row,
}

impl Column {
    /// In the order they are written. They may come back in any other.
    pub fn all() -> impl Iterator<Item = Self> + Clone {
        let first = [Self::Code, Self::Item, Self::Subject, Self::Status, Self::From, Self::About, Self::NoticeServed];
        first.into_iter().chain(NotedDay::ALL.map(Self::Noted)).chain([Self::Secondary, Self::Row])
    }

    /// Those that hold a day.
    pub fn days() -> impl Iterator<Item = Self> + Clone {
        Self::all().filter(|column| column.is_day())
    }

    /// Whether its cells are days.
    pub const fn is_day(self) -> bool {
        matches!(self, Self::From | Self::NoticeServed | Self::Noted(_))
    }

    /// What stands above it.
    pub fn heading(self) -> &'static str {
        match self {
            Self::Code => "Code",
            Self::Item => "Item",
            Self::Subject => "Subject",
            Self::Status => "Status",
            Self::From => "From",
            Self::About => "Day is about when",
            Self::NoticeServed => "Notice served",
            Self::Noted(day) => day.heading(),
            Self::Secondary => "Secondary purposes only",
            Self::Row => "Row of the register",
        }
    }

    fn at(self) -> u16 {
        Self::all().zip(0..).find_map(|(column, at)| (column == self).then_some(at)).unwrap_or_default()
    }

    fn named(heading: &str) -> Option<Self> {
        let heading = heading.trim();
        Self::all().find(|column| column.heading().eq_ignore_ascii_case(heading))
    }
}

/// A filled-in row whose cells are of their kinds; whether they make sense is for the register to say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SheetRow {
    /// Its number in the sheet.
    pub row: u32,
    /// Code of the item.
    pub code: String,
    /// Name of the subject.
    pub subject: String,
    /// Words of the status.
    pub status: String,
    /// From when.
    pub from: Option<LocalDate>,
    /// The day is a guess.
    pub about: bool,
    /// When notice was served.
    pub notice_served_on: Option<LocalDate>,
    /// The days that were noted.
    pub noted: NotedDays,
    /// Serves secondary purposes only.
    pub secondary: bool,
    /// The subject it was made from.
    pub made_from_subject: Option<SubjectId>,
    /// The record it was made from.
    pub made_from: Option<StatusId>,
}

impl SheetRow {
    /// Nothing is filled in but what names the item and subject.
    pub fn says_nothing(&self) -> bool {
        self.status.is_empty()
            && !self.about
            && !self.secondary
            && self.noted.is_empty()
            && [self.from, self.notice_served_on].iter().all(Option::is_none)
    }
}

/// What is wrong with one cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowError {
    /// Number of the row in the sheet.
    pub row: u32,
    /// In which column.
    pub column: Column,
    /// Why, in a sentence. It never repeats the cell.
    pub reason: Cow<'static, str>,
}

impl RowError {
    /// Something wrong with a cell.
    pub fn new(row: u32, column: Column, reason: impl Into<Cow<'static, str>>) -> Self {
        Self { row, column, reason: reason.into() }
    }
}

/// The hidden cell that says what a row was made from: the subject and the record, a dash for none.
fn mark(subject: Option<SubjectId>, record: Option<StatusId>) -> String {
    let subject = subject.map_or_else(|| "-".to_owned(), |id| id.to_string());
    let record = record.map_or_else(|| "-".to_owned(), |id| id.to_string());
    format!("{subject} {record}")
}

fn unmark(text: &str) -> (Option<SubjectId>, Option<StatusId>) {
    let mut parts = text.split_whitespace();
    let subject = parts.next().and_then(|part| part.parse().ok());
    let record = parts.next().and_then(|part| part.parse().ok());
    (subject, record)
}
