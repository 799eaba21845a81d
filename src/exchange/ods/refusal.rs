//! Why a file is refused, and where in it.

use std::fmt;

/// Where in a row an error is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Column {
    /// The row as a whole.
    Row,
    /// A column by its place, from 1, in a file without header.
    Number(usize),
    /// A column by its name.
    Name(&'static str),
    /// A place in the line, from 1, of a file that has no columns.
    Character(usize),
}

impl fmt::Display for Column {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Row => Ok(()),
            Self::Number(number) => write!(f, ", column {number}"),
            Self::Name(name) => write!(f, ", column {name}"),
            Self::Character(place) => write!(f, ", character {place}"),
        }
    }
}

/// One thing that is wrong with a file. Never repeats what the file says.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}{column}: {reason}")]
pub struct FileError {
    /// Line of the file, from 1.
    pub line: u64,
    /// Where in the line.
    pub column: Column,
    /// The rule that is broken.
    pub reason: String,
}

/// A file that is refused as a whole.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// The content is of no kind that is read here.
    #[error("this is none of the files that can be imported: its columns are not known")]
    UnknownKind,
    /// Rows are malformed.
    #[error("the file has errors, the first at {}", .errors.first().map(ToString::to_string).unwrap_or_default())]
    Malformed {
        /// The first errors, at most [`MOST_ERRORS`], by line.
        errors: Vec<FileError>,
        /// Whether reading stopped because there were that many.
        more: bool,
    },
}

/// Errors that are collected before reading stops.
pub const MOST_ERRORS: usize = 50;
