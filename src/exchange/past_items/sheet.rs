//! A table that was read, and why one cannot be.

use std::{borrow::Cow, collections::BTreeMap};

use super::columns::{self, PastColumn};
use crate::{
    domain::transfer::past::{MOST_ROWS, PastRow},
    exchange::spreadsheet::{Refused, cells::Cell},
};

/// The largest file.
pub const MOST_BYTES: usize = 2 * 1024 * 1024;
/// Lines of a table, empty ones too.
pub(super) const MOST_LINES: usize = 20_000;
/// Lines among which the one with the names is looked for: a title may stand above it.
pub(super) const HEADER_WITHIN: usize = 20;

/// Lines with their cells by column, both as a spreadsheet numbers them; columns from 0.
pub(super) type Table = Vec<(u64, BTreeMap<u32, Cell>)>;

/// Why a file cannot be taken as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotTaken {
    /// Nothing stands in it.
    #[error("The file is empty. Choose the file with your items")]
    Empty,
    /// Bytes of something else.
    #[error(
        "This is neither a spreadsheet (.xlsx) nor a text file (.csv), or it is damaged. Save it as one of these and choose it again"
    )]
    NotText,
    /// The format before .xlsx, or a workbook with a password.
    #[error(
        "This is an older .xls file, or it is locked with a password. Save it as .xlsx without a password and choose it again"
    )]
    OldOrLocked,
    /// A text that never ends, on this line.
    #[error(
        "A quotation mark on line {0} is not closed, so the lines below it cannot be told apart. Close or delete it"
    )]
    Unclosed(u64),
    /// More bytes than are taken, packed or unpacked.
    #[error("This file is larger than {} MB. Split it, one year in each file, or delete the sheets with other things", MOST_BYTES / 1024 / 1024)]
    TooBig,
    /// More rows than are taken at once.
    #[error("This file has more than {} rows. Split it, one year in each file: what is there already is not added twice", crate::domain::written::thousands(u64::try_from(MOST_ROWS).unwrap_or(u64::MAX)))]
    TooManyRows,
    /// No line of names.
    #[error(
        "No line names the columns. The line above your items needs at least Date, Provider, Kind and Outcome: the template shows how"
    )]
    NoHeader,
    /// A column that is needed is not there.
    #[error("No column is called {0}. Write that name above the column that holds it: the template shows how")]
    Lacks(&'static str),
    /// Two columns with one name.
    #[error("Two columns are called {0}. Rename or delete one of them")]
    Twice(&'static str),
}

impl From<Refused> for NotTaken {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::OldOrLocked => Self::OldOrLocked,
            Refused::TooBig => Self::TooBig,
            Refused::TooManyRows => Self::TooManyRows,
            Refused::NotAWorkbook
            | Refused::AnotherWorkbook
            | Refused::AnotherPractice
            | Refused::ColumnMissing(_)
            | Refused::ColumnTwice(_) => Self::NotText,
        }
    }
}

/// What is wrong with one cell.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct CellError {
    /// Line of the file.
    pub line: u64,
    /// Letter of the column; nothing where no column holds it.
    pub letter: Option<String>,
    /// What the column holds.
    pub column: PastColumn,
    /// What to do, in a sentence without a full stop. It never repeats the cell.
    pub reason: Cow<'static, str>,
}

/// A table that was read.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct PastSheet {
    /// Rows whose cells are of their kinds.
    pub rows: Vec<PastRow>,
    /// What is wrong with the others.
    pub errors: Vec<CellError>,
    /// Letters of columns that were not read.
    pub not_read: Vec<String>,
    /// Names of other sheets of the workbook that hold something.
    pub other_sheets: Vec<String>,
    /// Minutes stand in one column that does not say whose: they were read as those of a GP.
    pub minutes_of_gp: bool,
    /// Where each column stands.
    pub(super) places: columns::Places,
}

impl PastSheet {
    /// Something wrong with a field of a row, by the name that the API has for it.
    pub fn error(&self, line: u64, field: &str, reason: Cow<'static, str>) -> CellError {
        let asked: &[PastColumn] = match field {
            "provider" | "provider_name" => &[PastColumn::Provider, PastColumn::ProviderName],
            "category" => &[PastColumn::Category, PastColumn::Kind],
            "gp" => &[PastColumn::Gp, PastColumn::Minutes],
            "other_clinician" => &[PastColumn::OtherClinician],
            "nurse" => &[PastColumn::Nurse],
            "admin" => &[PastColumn::Admin],
            "department" => &[PastColumn::Department],
            "reason" => &[PastColumn::Reason],
            "route" => &[PastColumn::Route],
            _ => &[PastColumn::CameOn],
        };
        let mut placed = asked.iter().filter_map(|column| Some((*column, self.places.get(column)?)));
        let first = asked.first().copied().unwrap_or(PastColumn::CameOn);
        match placed.next() {
            Some((column, at)) => CellError { line, letter: Some(columns::letters(*at)), column, reason },
            None => CellError { line, letter: None, column: first, reason },
        }
    }
}
