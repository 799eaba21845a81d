//! A file as a table: its header, what it is, which columns are dropped, and its rows without them.

use std::{borrow::Cow, fs::File};

use csv_core::ReadRecordResult;
use encoding_rs::WINDOWS_1252;

use super::{
    Unreadable,
    lines::{Line, Lines},
};
use crate::domain::{
    appointment::{
        Cells, Column, FileKind, Places, RowRefusal, System, holds_nhs_number, is_header, is_machine_column,
        is_patient_column, looks_like_numbers_of_patients, plain, recognise,
    },
    identifier,
};

/// Rows that are looked at before the first is read.
const SAMPLE: usize = 200;
/// Columns of the widest file.
const MOST_COLUMNS: usize = 256;

/// How bytes become text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Encoding {
    Utf8,
    Windows1252,
    /// UTF-8 where it is, else Windows-1252: spreadsheets write either.
    Either,
}

/// Takes a row or why it is none, with its line and the bytes read so far; says whether to go on.
type Each<'a> = dyn FnMut(u64, u64, Result<&Row<'_>, RowRefusal>) -> bool + 'a;

/// What is known of a file before its rows are read.
#[derive(Debug, Clone)]
pub(super) struct Sheet {
    pub(super) kind: FileKind,
    pub(super) header: Vec<String>,
    /// Columns about patients: blanked in every row.
    pub(super) dropped: Vec<usize>,
    /// Columns in which an NHS number is looked for.
    free_text: Vec<usize>,
    delimiter: u8,
    /// Lines above the first row.
    header_lines: u8,
    encoding: Encoding,
}

impl Sheet {
    /// Looks at the header and the first rows.
    pub(super) fn open(file: &File) -> Result<Self, Unreadable> {
        if Lines::has_no_line_feed(file)? {
            return Err(Unreadable::CarriageReturns);
        }
        let mut lines = Lines::new(file)?;
        if lines.next()? == Line::End {
            return Err(Unreadable::Empty);
        }
        if lines.buffer.contains(&0) {
            return Err(Unreadable::NotText);
        }
        let mut first = String::from_utf8_lossy(without_mark(&lines.buffer)).into_owned();
        let said = separator(&first);
        if said.is_some() {
            lines.next()?;
            first = String::from_utf8_lossy(&lines.buffer).into_owned();
        }
        let delimiter = said.unwrap_or_else(|| delimiter(&first));
        let mut cutter = Cutter::new(delimiter);
        let width = cutter.cut(first.as_bytes()).ok_or(Unreadable::NoHeader)?;
        let header: Vec<String> = (0..width).map(|at| cutter.text(at).trim().to_owned()).collect();
        if !is_header(&header) {
            return Err(Unreadable::NoHeader);
        }
        let kind = recognise(&header);
        let encoding = match kind {
            FileKind::Slots(System::Tpp) | FileKind::Rotas => Encoding::Windows1252,
            FileKind::Slots(System::Report) => Encoding::Either,
            _ => Encoding::Utf8,
        };
        let mut sheet = Self {
            kind,
            header,
            dropped: Vec::new(),
            free_text: Vec::new(),
            delimiter,
            header_lines: if said.is_some() { 2 } else { 1 },
            encoding,
        };
        sheet.sample(&mut lines, cutter)?;
        Ok(sheet)
    }

    /// Decides which columns are about patients: by their names, and by the values of the first rows.
    fn sample(&mut self, lines: &mut Lines<'_>, mut cutter: Cutter) -> Result<(), Unreadable> {
        let mut columns: Vec<Vec<String>> = vec![Vec::new(); self.header.len()];
        for _ in 0..SAMPLE {
            if lines.next()? == Line::End {
                break;
            }
            let text = self.decode(&lines.buffer).unwrap_or_default();
            if cutter.cut(text.as_bytes()) != Some(columns.len()) {
                continue;
            }
            for (at, values) in columns.iter_mut().enumerate() {
                values.push(cutter.text(at).to_owned());
            }
        }
        for (at, (name, values)) in self.header.iter().zip(&columns).enumerate() {
            let values: Vec<&str> = values.iter().map(String::as_str).collect();
            let own = self.is_of_the_system(name);
            if is_patient_column(name) || (!own && looks_like_numbers_of_patients(&values)) {
                self.dropped.push(at);
            } else if !own && !is_machine_column(&values) {
                self.free_text.push(at);
            }
        }
        Ok(())
    }

    /// A column of an extract that only a machine fills: no free text, and its numbers are nobody's.
    fn is_of_the_system(&self, name: &str) -> bool {
        let texts = [
            "appointmentstatus",
            "rotaname",
            "rotatype",
            "rotalocation",
            "rotacode",
            "description",
            "sessiontypedescription",
        ];
        let name = plain(name);
        let usual = match self.kind {
            FileKind::Slots(System::Report) => return false,
            FileKind::Slots(System::Emis) => {
                name.ends_with("guid")
                    || name.ends_with("time")
                    || name.ends_with("minutes")
                    || name.ends_with("inmin")
                    || ["appointmentdate", "didnotattend", "deleted", "processingid", "dnareasoncodeid"]
                        .contains(&name.as_str())
            }
            _ => {
                name.starts_with("id") || name.starts_with("date") || name.ends_with("guid") || name == "rowidentifier"
            }
        };
        usual && !texts.contains(&name.as_str())
    }

    /// The name under which a dropped column is reported: its own where that says nothing about anybody.
    pub(super) fn name_of(&self, at: usize) -> String {
        let name = self.header.get(at).map(String::as_str).unwrap_or_default();
        let fine =
            name.chars().count() <= 40 && !name.contains(char::is_control) && identifier::patient_data(name).is_empty();
        if fine && !name.is_empty() { name.to_owned() } else { format!("column {}", at + 1) }
    }

    fn decode<'t>(&self, bytes: &'t [u8]) -> Option<Cow<'t, str>> {
        match (self.encoding, std::str::from_utf8(bytes)) {
            (Encoding::Utf8 | Encoding::Either, Ok(text)) => Some(Cow::Borrowed(text)),
            (Encoding::Utf8, Err(_)) => None,
            (Encoding::Windows1252 | Encoding::Either, _) => Some(WINDOWS_1252.decode_without_bom_handling(bytes).0),
        }
    }

    /// Gives every row below the header, or why it is none, with its line. Stops where `each` says no.
    pub(super) fn rows(
        &self,
        lines: &mut Lines<'_>,
        places: &Places,
        each: &mut Each<'_>,
    ) -> Result<Vec<u64>, Unreadable> {
        let mut cutter = Cutter::new(self.delimiter);
        let mut counts = vec![0_u64; self.dropped.len()];
        for _ in 0..self.header_lines {
            lines.next()?;
        }
        loop {
            let (found, number, bytes) = (lines.next()?, lines.number, lines.bytes);
            let go_on = match found {
                Line::End => return Ok(counts),
                Line::TooLong => each(number, bytes, Err(RowRefusal::TooLong)),
                Line::Read if lines.buffer.is_empty() => true,
                Line::Read => match self.decode(&lines.buffer) {
                    None => each(number, bytes, Err(RowRefusal::NotText)),
                    Some(text) if cutter.cut(text.as_bytes()) == Some(self.header.len()) => {
                        let has_patient = self.blank(&mut cutter, &mut counts);
                        let row = Row { cutter: &cutter, places, has_patient };
                        if self.free_text.iter().any(|at| holds_nhs_number(cutter.text(*at))) {
                            each(number, bytes, Err(RowRefusal::NhsNumber))
                        } else {
                            each(number, bytes, Ok(&row))
                        }
                    }
                    Some(_) => each(number, bytes, Err(RowRefusal::Torn)),
                },
            };
            if !go_on {
                return Ok(counts);
            }
        }
    }

    /// The door: what is about patients is overwritten, and all that is left is whether there was something.
    fn blank(&self, cutter: &mut Cutter, counts: &mut [u64]) -> Option<bool> {
        let mut any = None;
        for (at, count) in self.dropped.iter().zip(counts) {
            let said = cutter.blank(*at);
            *count += u64::from(said);
            any = Some(any.unwrap_or(false) || said);
        }
        any
    }
}

/// The bytes without the mark that spreadsheets put in front of UTF-8.
fn without_mark(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes)
}

/// The sign that a spreadsheet says it separates by, in a line of its own above the header: `sep=;`.
fn separator(first: &str) -> Option<u8> {
    let sign = first.trim().trim_matches('"').strip_prefix("sep=")?;
    match sign.as_bytes() {
        [sign @ (b',' | b';' | b'\t' | b'|')] => Some(*sign),
        _ => None,
    }
}

/// Commas, unless another sign stands between more names.
fn delimiter(header: &str) -> u8 {
    let count = |sign: char| header.matches(sign).count();
    [(',', b','), ('\t', b'\t'), (';', b';'), ('|', b'|')]
        .into_iter()
        .rev()
        .max_by_key(|(sign, _)| count(*sign))
        .map_or(b',', |(_, byte)| byte)
}

/// One line cut into cells; the memory is used again for the next.
pub(super) struct Cutter {
    reader: csv_core::Reader,
    line: Vec<u8>,
    out: Vec<u8>,
    ends: Vec<usize>,
    width: usize,
}

impl std::fmt::Debug for Cutter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Never what it holds.
        write!(f, "Cutter({} cells)", self.width)
    }
}

impl Cutter {
    pub(super) fn new(delimiter: u8) -> Self {
        Self {
            reader: csv_core::ReaderBuilder::new().delimiter(delimiter).build(),
            line: Vec::new(),
            out: Vec::new(),
            ends: vec![0; MOST_COLUMNS],
            width: 0,
        }
    }

    /// The number of cells; nothing where a quotation mark is not closed.
    pub(super) fn cut(&mut self, line: &[u8]) -> Option<usize> {
        self.line.clear();
        self.line.extend_from_slice(line);
        // The end of the line ends the record; inside quotes it does not.
        self.line.push(b'\n');
        self.out.resize(self.line.len(), 0);
        self.reader.reset();
        let (result, _, _, cells) = self.reader.read_record(&self.line, &mut self.out, &mut self.ends);
        self.width = if result == ReadRecordResult::Record { cells } else { 0 };
        (self.width > 0).then_some(cells)
    }

    fn range(&self, at: usize) -> std::ops::Range<usize> {
        if at >= self.width {
            return 0..0;
        }
        let end = |at: usize| self.ends.get(at).copied().unwrap_or(0);
        at.checked_sub(1).map_or(0, end)..end(at)
    }

    pub(super) fn text(&self, at: usize) -> &str {
        let cell = self.out.get(self.range(at)).unwrap_or_default();
        // The line was text, and a cell begins and ends between signs.
        std::str::from_utf8(cell).unwrap_or_default()
    }

    /// Overwrites a cell, in both places where it stands; says whether there was anything.
    fn blank(&mut self, at: usize) -> bool {
        let range = self.range(at);
        let cell = self.out.get_mut(range).unwrap_or_default();
        let said = cell.iter().any(|byte| !byte.is_ascii_whitespace());
        cell.fill(b' ');
        self.line.clear();
        said
    }
}

/// A row without its patient.
#[derive(Debug)]
pub(super) struct Row<'a> {
    cutter: &'a Cutter,
    places: &'a Places,
    has_patient: Option<bool>,
}

impl Row<'_> {
    /// A cell by its place.
    pub(super) fn at(&self, at: usize) -> &str {
        self.cutter.text(at)
    }
}

impl Cells for Row<'_> {
    fn get(&self, column: Column) -> Option<&str> {
        self.places.0.get(&column).map(|at| self.cutter.text(*at))
    }

    fn has_patient(&self) -> Option<bool> {
        self.has_patient
    }
}
