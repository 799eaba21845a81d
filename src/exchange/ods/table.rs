//! Comma-separated rows with true line numbers, typed fields, and errors that are collected rather than thrown.

use std::collections::HashSet;

use chrono::NaiveDate;
use csv::ByteRecord;
use entity::ids::{LocalDate, OdsCode, OrgCode};

use super::refusal::{Column, FileError, MOST_ERRORS, Refused};

/// Longest name of an organisation, in characters; the longest real one has 100.
pub(super) const LONGEST_NAME: usize = 200;

/// The errors of a file.
#[derive(Debug, Default)]
pub(super) struct Problems {
    errors: Vec<FileError>,
    more: bool,
}

impl Problems {
    pub(super) fn push(&mut self, line: u64, column: Column, reason: impl Into<String>) {
        if self.errors.len() < MOST_ERRORS {
            self.errors.push(FileError { line, column, reason: reason.into() });
        } else {
            self.more = true;
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.errors.is_empty()
    }

    /// Whether reading on would only collect errors that nobody sees.
    fn is_full(&self) -> bool {
        self.more
    }

    pub(super) fn refused(self) -> Refused {
        Refused::Malformed { errors: self.errors, more: self.more }
    }
}

/// The bytes without the mark that spreadsheets put in front of UTF-8.
pub(super) fn without_mark(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes)
}

/// The text of a file, or an error for each line that is no UTF-8.
pub(super) fn decode<'a>(bytes: &'a [u8], problems: &mut Problems) -> Option<&'a str> {
    let bytes = without_mark(bytes);
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Some(text);
    }
    for (line, bytes) in (1..).zip(bytes.split(|byte| *byte == b'\n')) {
        if std::str::from_utf8(bytes).is_err() {
            problems.push(line, Column::Row, "not UTF-8 text; save the file as UTF-8");
        }
    }
    None
}

/// Records with the line each starts on. The csv crate's own line numbers lag behind where lines end in CRLF.
pub(super) struct Records<'a> {
    bytes: &'a [u8],
    reader: csv::Reader<&'a [u8]>,
    line: u64,
    counted: usize,
}

impl<'a> Records<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        let reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(bytes);
        Self { bytes, reader, line: 1, counted: 0 }
    }
}

impl Iterator for Records<'_> {
    type Item = (u64, ByteRecord);

    fn next(&mut self) -> Option<Self::Item> {
        let mut record = ByteRecord::new();
        // Reading memory does not fail, and ragged rows are allowed: an error ends the file.
        if !self.reader.read_byte_record(&mut record).ok()? {
            return None;
        }
        let reached = record.position().map_or(0, csv::Position::byte);
        let mut start = usize::try_from(reached).ok()?;
        while matches!(self.bytes.get(start), Some(b'\r' | b'\n')) {
            start += 1;
        }
        let passed = self.bytes.get(self.counted..start).unwrap_or_default();
        self.line += passed.iter().map(|byte| u64::from(*byte == b'\n')).sum::<u64>();
        self.counted = start;
        Some((self.line, record))
    }
}

/// A file with a header, read by the names of its columns.
pub(super) struct Table<'a> {
    records: Records<'a>,
    header: Vec<String>,
}

impl<'a> Table<'a> {
    /// Reads the header; a column that is missing or there twice is an error.
    pub(super) fn new(text: &'a str, columns: &[&'static str], problems: &mut Problems) -> Option<Self> {
        let mut records = Records::new(text.as_bytes());
        let Some((_, first)) = records.next() else {
            problems.push(1, Column::Row, "the file is empty");
            return None;
        };
        let header: Vec<String> = first.iter().map(|field| String::from_utf8_lossy(field).trim().to_owned()).collect();
        let count = |name: &str| header.iter().filter(|found| *found == name).count();
        for name in columns {
            match count(name) {
                0 => problems.push(1, Column::Name(name), "the column is missing"),
                1 => {}
                _ => problems.push(1, Column::Name(name), "the column is there twice"),
            }
        }
        problems.is_empty().then_some(Self { records, header })
    }

    pub(super) fn header(&self) -> &[String] {
        &self.header
    }

    /// Gives every row that has as many columns as the header, until too many are wrong.
    pub(super) fn rows(self, problems: &mut Problems, mut each: impl FnMut(&mut Row<'_>)) {
        let Self { records, header } = self;
        let mut rows: u64 = 0;
        for (line, record) in records {
            if problems.is_full() {
                return;
            }
            rows += 1;
            if has_columns(line, &record, header.len(), problems) {
                each(&mut Row { line, record: &record, header: &header, problems });
            }
        }
        if rows == 0 {
            problems.push(1, Column::Row, "the file has a header and no rows");
        }
    }
}

/// Gives every row of a file without header that has `columns` columns.
pub(super) fn rows_without_header(
    text: &str,
    columns: usize,
    problems: &mut Problems,
    mut each: impl FnMut(&mut Row<'_>),
) {
    for (line, record) in Records::new(text.as_bytes()) {
        if problems.is_full() {
            return;
        }
        if has_columns(line, &record, columns, problems) {
            each(&mut Row { line, record: &record, header: &[], problems });
        }
    }
}

fn has_columns(line: u64, record: &ByteRecord, columns: usize, problems: &mut Problems) -> bool {
    let found = record.len();
    if record.iter().any(|field| field.contains(&b'\n')) {
        let reason = "a field runs over the end of its line: a quotation mark is not closed";
        problems.push(line, Column::Row, reason);
    } else if found != columns {
        let reason = format!("{found} columns where {columns} are expected; the row is cut or torn");
        problems.push(line, Column::Row, reason);
    } else {
        return true;
    }
    false
}

/// One row; a field that is not what it should be is an error and `None`.
pub(super) struct Row<'a> {
    pub(super) line: u64,
    record: &'a ByteRecord,
    header: &'a [String],
    problems: &'a mut Problems,
}

impl Row<'_> {
    /// The trimmed text of a field; empty where the column is not in the file.
    pub(super) fn text(&self, column: &Column) -> &str {
        let at = match column {
            Column::Row | Column::Character(_) => None,
            Column::Number(number) => number.checked_sub(1),
            Column::Name(name) => self.header.iter().position(|found| found == name),
        };
        let field = at.and_then(|at| self.record.get(at)).unwrap_or_default();
        std::str::from_utf8(field).unwrap_or_default().trim()
    }

    pub(super) fn named(&self, name: &'static str) -> &str {
        self.text(&Column::Name(name))
    }

    pub(super) fn wrong(&mut self, column: Column, reason: impl Into<String>) {
        self.problems.push(self.line, column, reason);
    }

    /// A practice code.
    pub(super) fn practice(&mut self, column: Column) -> Option<OdsCode> {
        let parsed = self.text(&column).parse();
        parsed.map_err(|why: entity::ids::NotAnId| self.wrong(column, why.to_string())).ok()
    }

    /// The ODS code of an area: since 2026 codes of ICBs have three to five letters and digits.
    pub(super) fn area(&mut self, column: Column) -> Option<OrgCode> {
        let text = self.text(&column);
        let capitals = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit();
        let parsed = text.parse().ok().filter(|_| text.len() <= 10 && text.chars().all(capitals));
        if parsed.is_none() {
            self.wrong(column, "not a code: capitals and digits only");
        }
        parsed
    }

    /// A code that this product gave, such as that of an LMC.
    pub(super) fn code(&mut self, column: Column) -> Option<OrgCode> {
        let parsed = self.text(&column).parse();
        parsed.map_err(|why: entity::ids::NotAnId| self.wrong(column, why.to_string())).ok()
    }

    pub(super) fn name(&mut self, column: Column) -> Option<String> {
        let text = self.text(&column);
        let reason = if text.is_empty() {
            "a name is missing"
        } else if text.chars().count() > LONGEST_NAME {
            "a name has more than 200 characters"
        } else if text.contains(char::is_control) {
            "a name has control characters"
        } else {
            return Some(text.to_owned());
        };
        self.wrong(column, reason);
        None
    }

    pub(super) fn number(&mut self, column: Column) -> Option<u32> {
        let parsed = self.text(&column).parse().ok();
        if parsed.is_none() {
            self.wrong(column, "not a whole number");
        }
        parsed
    }

    /// A day written `20261120`; `Some(None)` where the field is empty.
    #[expect(clippy::option_option, reason = "empty, a day and neither are three answers")]
    pub(super) fn compact_day(&mut self, column: Column) -> Option<Option<LocalDate>> {
        let text = self.text(&column);
        if text.is_empty() {
            return Some(None);
        }
        // chrono takes fewer digits and signs; the files do not have them.
        let digits = text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit());
        let day = NaiveDate::parse_from_str(text, "%Y%m%d").ok().filter(|_| digits);
        if day.is_none() {
            self.wrong(column, "not a day written 20261120");
        }
        day.map(|day| Some(LocalDate(day)))
    }

    /// Refuses a code that an earlier row of the file has too.
    pub(super) fn once<T: Eq + std::hash::Hash + Clone>(
        &mut self,
        seen: &mut HashSet<T>,
        code: &T,
        column: Column,
    ) -> bool {
        let fresh = seen.insert(code.clone());
        if !fresh {
            self.wrong(column, "the code is in the file twice");
        }
        fresh
    }
}
