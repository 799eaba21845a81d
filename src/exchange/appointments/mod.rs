//! Appointment extracts of EMIS and TPP, reports of practices, and NHS England's published figures.
//!
//! What is no plain text is unpacked first. Files are read a record at a time, so memory does not grow with them. Columns about patients are blanked where a line
//! is cut into cells and leave this module in no form but a count. No message repeats what a file says.

mod cutter;
mod header;
mod leaving;
mod lines;
mod names;
pub mod published;
mod rows;
mod scan;
mod sheet;
mod slots;
mod unnamed;
mod unpack;
mod workbook;

#[cfg(test)]
mod tests;

use std::{fs::File, io};

pub use leaving::{HAS_PATIENT, Piece, Stays, piece_of, without_patients};
pub use scan::{Asked, Found, OnTop, Scan, scan, system_of};
pub use slots::{Again, Reading, in_chunks};
pub use unpack::unpacked;

use crate::domain::appointment::Column;

/// Names in a file that are told apart at most; more are no session holders or slot types.
pub const MOST_NAMES: usize = 500;
/// Rows of slots that one import takes: thirteen weeks of the largest practices have a tenth of it.
pub const MOST_ROWS: u64 = 2_000_000;
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
    /// Lines as computers wrote them before 2001, in NHS England's file.
    #[error(
        "the lines of the file end in carriage returns alone, so that it is one long line: save it once more as CSV \
         (comma delimited), not as CSV (Macintosh)"
    )]
    CarriageReturns,
    /// Days as in America.
    #[error(
        "the dates of the file are written month first, as in America (11/20/2026): set the language of the computer or of the \
         spreadsheet to English (United Kingdom) and export it again, so that no day lands in another month"
    )]
    MonthFirst,
    /// Days in both orders.
    #[error(
        "some dates of the file are written day first and others month first, so that nobody can tell which day 11/09/2026 is: \
         export it again from the clinical system"
    )]
    MixedDays,
    /// Text of the web, or of a word processor, or a printed page.
    #[error(
        "the file is a web page, a PDF or another document and not a table: save it as CSV or as an Excel workbook (.xlsx)"
    )]
    Document,
    /// `OpenDocument`, or a workbook of another kind.
    #[error("the file is of another office program: open it there and save it as CSV, or as an Excel workbook (.xlsx)")]
    OpenDocument,
    /// The format before .xlsx, or a workbook with a password.
    #[error(
        "the file is an older .xls workbook, or one with a password: save it as .xlsx without a password, or as CSV"
    )]
    OldWorkbook,
    /// An archive with a password.
    #[error("the archive has a password: unpack it and choose the files in it")]
    Locked,
    /// An archive in an archive.
    #[error("the archive holds another archive: unpack it and choose the files in it")]
    Nested,
    /// An archive without a table.
    #[error("the archive holds no CSV file and no workbook")]
    NothingInside,
    /// Cut off, or no archive at all.
    #[error("the archive or workbook is damaged: export it again")]
    Damaged,
    /// A bomb, or more than a practice has.
    #[error("the archive or workbook is larger than can be read: save the table alone as CSV")]
    TooBig,
    /// More files than one import takes.
    #[error("more than 12 files: take them in in several goes")]
    TooManyFiles,
    /// No header.
    #[error(
        "no line of column names was found: the first line is not a line of column names, so save the file with its header"
    )]
    NoHeader,
    /// Not a text.
    #[error("the file is not text: save it as CSV, in UTF-8")]
    NotText,
    /// Two files of one kind.
    #[error(
        "two of the files are of the same kind and cannot be taken together: choose each once, and one extract at a time"
    )]
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
    /// More rows than anybody has.
    #[error("more than 2,000,000 rows: cut the export to the last thirteen weeks, or to one practice")]
    TooManyRows,
    /// More sessions than fit.
    #[error("more than 500,000 sessions: cut the extract to the last thirteen weeks")]
    TooManySessions,
}
