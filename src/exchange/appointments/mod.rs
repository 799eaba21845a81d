//! Appointment extracts of EMIS and TPP, reports of practices, and NHS England's published figures.
//!
//! Files are read a line at a time, so memory does not grow with them. Columns about patients are blanked where a line
//! is cut into cells and leave this module in no form but a count. No message repeats what a file says.

mod lines;
pub mod published;
mod scan;
mod sheet;
mod slots;

#[cfg(test)]
mod tests;

use std::{fs::File, io};

pub use scan::{Asked, Found, Scan, scan, system_of};
pub use slots::in_chunks;

use crate::domain::appointment::Column;

/// Names in a file that are told apart at most; more are no session holders or slot types.
pub const MOST_NAMES: usize = 500;
/// Sessions of an extract that are kept in memory: thirteen weeks of the largest practices have a tenth of it.
pub const MOST_SESSIONS: usize = 500_000;

/// A file to take in: its name as given and its content.
#[derive(Debug)]
pub struct Source {
    /// For messages of commands; never stored.
    pub name: String,
    /// Opened for reading.
    pub file: File,
}

/// Why files cannot be read as a whole. Names files by their place and columns by their names, never a value.
#[derive(Debug, thiserror::Error)]
pub enum Unreadable {
    /// The disk.
    #[error("the file cannot be read: {0}")]
    Io(#[from] io::Error),
    /// Nothing in it.
    #[error("the file is empty")]
    Empty,
    /// A header alone.
    #[error("the file has a line of column names and no rows below it: export it again, and look at the days chosen")]
    NoRows,
    /// Lines as computers wrote them before 2001.
    #[error(
        "the lines of the file end in carriage returns alone, so that it is one long line: save it once more as CSV \
         (comma delimited), not as CSV (Macintosh)"
    )]
    CarriageReturns,
    /// No header.
    #[error("the first line is not a line of column names: save the file with its header")]
    NoHeader,
    /// Not a text.
    #[error("the file is not text: save it as CSV, in UTF-8")]
    NotText,
    /// Two files of one kind.
    #[error("two of the files are of the same kind; take them in one after the other")]
    SameKind,
    /// Files of two systems.
    #[error("the files are of another system than was said")]
    OtherSystem,
    /// Only sessions.
    #[error("none of the files holds appointments")]
    NoSlots,
    /// EMIS slots without their sessions.
    #[error(
        "EMIS slots name only their session: add the files Appointment_Session and Appointment_SessionUser of the same \
         extract"
    )]
    NoSessions,
    /// Columns that an extract must have.
    #[error("the column for {} is missing", .0.title().to_lowercase())]
    Missing(Column),
    /// Not NHS England's file.
    #[error("this is not NHS England's practice-level appointments file: its columns are not known")]
    NotPublished,
    /// More names than people.
    #[error("more than 500 different session holders or slot types: the column chosen for them is another one")]
    TooManyNames,
    /// More sessions than fit.
    #[error("more than 500,000 sessions: cut the extract to the last thirteen weeks")]
    TooManySessions,
}
