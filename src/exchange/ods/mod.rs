//! Files about organisations, read into statements for [`crate::domain::organisation`].
//!
//! A file is known by its content, never by its name. A malformed row refuses the whole file, and every error names
//! its line; a row that is well formed and not for us is skipped and listed. No message repeats what a file says: a
//! file of patients handed in by mistake must not reach a log.

mod epraccur;
mod extract;
mod lists;
mod lmc;
mod mapping;
mod nearest;
mod ord;
mod ord_shapes;
mod refusal;
mod table;
mod unpack;

#[cfg(test)]
mod tests;

pub use self::{
    extract::{Extract, FileKind, Reason, Skipped, Uncertain},
    nearest::nearest,
    refusal::{Column, FileError, MOST_ERRORS, Refused},
    unpack::{Packed, Unpacked, unpacked},
};

use self::table::Problems;

/// What kind of file this is, judged by its header or, where it has none, by its columns; JSON is of ORD.
pub fn detect(bytes: &[u8]) -> Option<FileKind> {
    let text = table::without_mark(bytes);
    if ord::is_json(text) {
        return Some(FileKind::Ord);
    }
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
        FileKind::Ord => ord::read(text, &mut problems),
    };
    if problems.is_empty() && extract.statements.is_empty() && extract.skipped.is_empty() {
        let reason = match kind {
            FileKind::Ord => "there is no record in it",
            _ => "there is no row below the header",
        };
        problems.push(1, Column::Row, reason);
    }
    if problems.is_empty() { Ok(extract) } else { Err(problems.refused()) }
}
