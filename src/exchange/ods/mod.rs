//! Files about organisations, read into statements for [`crate::domain::organisation`].
//!
//! A file is known by its content, never by its name. A malformed row refuses the whole file, and every error names
//! its line; a row that is well formed and not for us is skipped and listed. No message repeats what a file says: a
//! file of patients handed in by mistake must not reach a log.

mod epraccur;
mod lists;
mod lmc;
mod mapping;
mod nearest;
mod table;

#[cfg(test)]
mod tests;

use std::fmt;

use entity::ids::{LocalDate, OrgCode};

use crate::domain::organisation::{Openness, OrganisationKind, OrganisationSource, Statement};

pub use self::nearest::nearest;

use self::table::{Problems, Row, Table};

/// The files this module reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FileKind {
    /// NHS England's `gp-reg-pat-prac-map`; holds its date.
    PracticeMapping,
    /// ODS `epraccur` as served until 2025: statuses `A`, `C`, `D`, `P`, settings as numbers.
    EpraccurOld,
    /// ODS `epraccur` as served since: status words, settings as roles.
    EpraccurNew,
    /// Practices with list sizes and opening dates; the list size column names its month.
    PracticeLists,
    /// LMCs and the ICBs they cover.
    Lmcs,
    /// The LMC of each practice.
    LmcMembers,
}

impl FileKind {
    /// The source that an import of such a file is recorded under.
    pub fn source(self) -> OrganisationSource {
        match self {
            Self::PracticeMapping => OrganisationSource::PracticeMapping,
            Self::EpraccurOld | Self::EpraccurNew => OrganisationSource::Epraccur,
            Self::PracticeLists => OrganisationSource::PracticeLists,
            Self::Lmcs => OrganisationSource::Lmcs,
            Self::LmcMembers => OrganisationSource::LmcMembers,
        }
    }
}

/// What a file says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extract {
    /// What kind of file it is.
    pub kind: FileKind,
    /// The date the file itself gives; without one the person who imports it must.
    pub effective_on: Option<LocalDate>,
    /// What it says, areas before practices, each organisation once.
    pub statements: Vec<Statement>,
    /// Rows that open nothing, with the reason.
    pub skipped: Vec<Skipped>,
    /// Rows that are used and that their compiler marked as uncertain; an administrator should look at them.
    pub uncertain: Vec<Uncertain>,
    /// A caveat about all of the file to be shown wherever its figures are.
    pub caveat: Option<&'static str>,
}

impl Extract {
    fn new(kind: FileKind) -> Self {
        Self {
            kind,
            effective_on: None,
            statements: Vec::new(),
            skipped: Vec::new(),
            uncertain: Vec::new(),
            caveat: None,
        }
    }
}

/// A row that was not used, or not all of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skipped {
    /// Line of the file, from 1.
    pub line: u64,
    /// The code of the row.
    pub code: OrgCode,
    /// Why.
    pub reason: Reason,
}

/// Why a row was skipped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// In Wales.
    Wales,
    /// In Jersey, Guernsey, Alderney or on the Isle of Man.
    CrownDependency,
    /// A prescribing cost centre of another setting, such as a prison or a walk-in centre.
    OtherSetting,
    /// Closed. It opens nothing; where the practice is known only from this kind of file, it closes it.
    Closed,
    /// Dormant: dormant codes with patients exist, so it neither opens nor closes anything.
    Dormant,
    /// Proposed, not open yet.
    Proposed,
    /// The file assigns the practice to no LMC.
    Unassigned,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Wales => "in Wales",
            Self::CrownDependency => "in a Crown dependency",
            Self::OtherSetting => "not a GP practice",
            Self::Closed => "closed",
            Self::Dormant => "dormant",
            Self::Proposed => "proposed, not open yet",
            Self::Unassigned => "assigned to no LMC",
        })
    }
}

/// A row that is used though its compiler was not sure of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Uncertain {
    /// Line of the file, from 1.
    pub line: u64,
    /// The organisation.
    pub code: OrgCode,
}

/// Where in a row an error is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Column {
    /// The row as a whole.
    Row,
    /// A column by its place, from 1, in a file without header.
    Number(usize),
    /// A column by its name.
    Name(&'static str),
}

impl fmt::Display for Column {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Row => Ok(()),
            Self::Number(number) => write!(f, ", column {number}"),
            Self::Name(name) => write!(f, ", column {name}"),
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

/// What kind of file this is, judged by its header or, where it has none, by its columns.
pub fn detect(bytes: &[u8]) -> Option<FileKind> {
    let text = table::without_mark(bytes);
    let first: Vec<_> = table::Records::new(text).take(20).map(|(_, record)| record).collect();
    let header = first.first()?;
    let has = |name: &str| header.iter().any(|field| field.trim_ascii() == name.as_bytes());
    let has_all = |names: &[&str]| names.iter().all(|name| has(name));
    if has_all(mapping::COLUMNS) {
        Some(FileKind::PracticeMapping)
    } else if has_all(lmc::MEMBER_COLUMNS) {
        Some(FileKind::LmcMembers)
    } else if has_all(lmc::LMC_COLUMNS) {
        Some(FileKind::Lmcs)
    } else if has_all(lists::COLUMNS) && header.iter().any(|field| lists::month(field).is_some()) {
        Some(FileKind::PracticeLists)
    } else if has("PRACTICE_CODE") && has("PCN_CODE") {
        // A mapping that lacks a column is read as one, so that the missing column is named.
        Some(FileKind::PracticeMapping)
    } else {
        epraccur::layout(&first)
    }
}

/// Reads a file of any kind.
pub fn read(bytes: &[u8]) -> Result<Extract, Refused> {
    read_as(detect(bytes).ok_or(Refused::UnknownKind)?, bytes)
}

/// Reads a file of a known kind.
pub fn read_as(kind: FileKind, bytes: &[u8]) -> Result<Extract, Refused> {
    let mut problems = Problems::default();
    let Some(text) = table::decode(bytes, &mut problems) else {
        return Err(problems.refused());
    };
    let extract = match kind {
        FileKind::PracticeMapping => mapping::read(text, &mut problems),
        FileKind::EpraccurOld | FileKind::EpraccurNew => epraccur::read(kind, text, &mut problems),
        FileKind::PracticeLists => lists::read(text, &mut problems),
        FileKind::Lmcs => lmc::read_lmcs(text, &mut problems),
        FileKind::LmcMembers => lmc::read_members(text, &mut problems),
    };
    if problems.is_empty() && extract.statements.is_empty() && extract.skipped.is_empty() {
        problems.push(1, Column::Row, "there is no row below the header");
    }
    if problems.is_empty() { Ok(extract) } else { Err(problems.refused()) }
}

/// Statement that an area is open.
fn area(kind: OrganisationKind, code: OrgCode) -> Statement {
    Statement { standing: Openness::Open { since: None }, ..Statement::about(kind, code) }
}
