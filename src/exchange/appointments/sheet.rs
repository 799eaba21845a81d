//! A file as a table: its header, what it is, which columns are dropped, and its rows without them.

use std::{borrow::Cow, fs::File};

use encoding_rs::WINDOWS_1252;

use super::{
    Unreadable,
    cutter::Cutter,
    header::Header,
    lines::{Line, Lines},
    rows::{Columns, Grouping},
};
use crate::domain::{
    appointment::{
        Cells, Column, FileKind, Places, RowRefusal, System, holds_nhs_number, is_machine_column, is_patient_column,
        looks_like_numbers_of_patients, plain, recognise,
    },
    identifier,
};

/// Rows that are looked at before the first is read.
const SAMPLE: usize = 200;

/// How bytes become text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Encoding {
    Utf8,
    Windows1252,
    /// UTF-8 where it is, else Windows-1252: spreadsheets write either.
    Either,
}

/// Takes a row or why it is none, with its line and the bytes read so far; says whether to go on.
pub(super) type Each<'a> = dyn FnMut(u64, u64, Result<&Row<'_>, RowRefusal>) -> bool + 'a;

/// What is known of a file before its rows are read.
#[derive(Debug, Clone)]
pub(super) struct Sheet {
    pub(super) kind: FileKind,
    /// Names by which every column can be told.
    pub(super) header: Vec<String>,
    /// Columns about patients: blanked in every row.
    pub(super) dropped: Vec<usize>,
    /// Columns in which an NHS number is looked for.
    free_text: Vec<usize>,
    /// The first rows, by column; those about patients are empty.
    sample: Vec<Vec<String>>,
    /// Cells of the widest row that is none torn: all may end in a comma more than the header does.
    widest: usize,
    first: Header,
    encoding: Encoding,
}

/// What was found beside the rows.
#[derive(Debug, Default)]
pub(super) struct Beside {
    /// Cells that were dropped, by the places of [`Sheet::dropped`].
    pub(super) dropped: Vec<u64>,
    /// Rows whose first cells were taken from the row above.
    pub(super) filled_down: u64,
    /// Lines that are no rows: titles, totals, headings again.
    pub(super) left_out: u64,
    /// Lines of the file.
    pub(super) lines: u64,
}

impl Sheet {
    /// Looks at the header and the first rows.
    pub(super) fn open(file: &File) -> Result<Self, Unreadable> {
        let first = Header::find(file)?;
        let kind = recognise(&first.names);
        let encoding = match kind {
            FileKind::Slots(System::Tpp) | FileKind::Rotas => Encoding::Windows1252,
            FileKind::Slots(System::Report) => Encoding::Either,
            _ => Encoding::Utf8,
        };
        let mut sheet = Self {
            kind,
            header: first.labels(),
            dropped: Vec::new(),
            free_text: Vec::new(),
            sample: Vec::new(),
            widest: first.names.len(),
            first,
            encoding,
        };
        sheet.look(file)?;
        Ok(sheet)
    }

    /// What its header and first rows say.
    pub(super) fn columns(&self) -> Columns<'_> {
        Columns {
            is_report: self.kind == FileKind::Slots(System::Report),
            header: &self.header,
            dropped: &self.dropped,
            sample: &self.sample,
        }
    }

    /// Whether its columns speak of appointments.
    pub(super) fn has_usual_columns(&self) -> bool {
        self.first.is_usual()
    }

    /// The line of column names, from 1.
    pub(super) fn header_line(&self) -> u64 {
        self.first.lines
    }

    /// Text as the file's own bytes are read.
    pub(super) fn encoded<'t>(&self, text: &'t str) -> Cow<'t, [u8]> {
        match self.encoding {
            Encoding::Windows1252 => WINDOWS_1252.encode(text).0,
            Encoding::Utf8 | Encoding::Either => Cow::Borrowed(text.as_bytes()),
        }
    }

    /// Decides which columns are about patients: by their names, and by the values of the first rows.
    fn look(&mut self, file: &File) -> Result<(), Unreadable> {
        let (mut lines, mut cutter) = self.start(file)?;
        let width = self.header.len();
        let mut columns: Vec<Vec<String>> = vec![Vec::new(); width];
        let mut wider = 0_usize;
        for _ in 0..SAMPLE {
            if lines.next()? == Line::End {
                break;
            }
            let text = self.decode(&lines.buffer).unwrap_or_default();
            let cells = cutter.cut(text.as_bytes()).unwrap_or(0);
            let blank_behind = (width..cells).all(|at| cutter.text(at).trim().is_empty());
            if cells == 0 || !blank_behind || (cells < width && self.kind != FileKind::Slots(System::Report)) {
                continue;
            }
            wider += usize::from(cells == width + 1);
            for (at, values) in columns.iter_mut().enumerate() {
                values.push(cutter.text(at).to_owned());
            }
        }
        let rows = columns.first().map_or(0, Vec::len);
        if wider > 0 && wider * 2 >= rows {
            self.widest = width + 1;
        }
        for (at, (name, values)) in self.first.names.iter().zip(&mut columns).enumerate() {
            let texts: Vec<&str> = values.iter().map(String::as_str).collect();
            let own = self.is_of_the_system(name);
            if is_patient_column(name) || (!own && looks_like_numbers_of_patients(&texts)) {
                self.dropped.push(at);
                values.clear();
            } else if !own && !is_machine_column(&texts) {
                self.free_text.push(at);
            }
        }
        self.sample = columns;
        Ok(())
    }

    /// The reader below the header.
    fn start<'a>(&self, file: &'a File) -> Result<(Lines<'a>, Cutter), Unreadable> {
        let mut lines = Lines::new(file)?;
        self.skip(&mut lines)?;
        Ok((lines, Cutter::new(self.first.delimiter)))
    }

    fn skip(&self, lines: &mut Lines<'_>) -> Result<(), Unreadable> {
        for _ in 0..self.first.lines {
            lines.next()?;
        }
        lines.of_cells(self.first.delimiter);
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
    ) -> Result<Beside, Unreadable> {
        self.all_rows(lines, places, &mut |line, bytes, row| match row {
            Ok(row) if row.has_number() => each(line, bytes, Err(RowRefusal::NhsNumber)),
            row => each(line, bytes, row),
        })
    }

    /// The same, with rows that hold an NHS number somewhere.
    pub(super) fn all_rows(
        &self,
        lines: &mut Lines<'_>,
        places: &Places,
        each: &mut Each<'_>,
    ) -> Result<Beside, Unreadable> {
        let mut cutter = Cutter::new(self.first.delimiter);
        let mut beside = Beside { dropped: vec![0; self.dropped.len()], ..Beside::default() };
        let mut grouping = Grouping::new(self.columns(), places);
        self.skip(lines)?;
        loop {
            let (found, number, bytes) = (lines.next()?, lines.number, lines.bytes);
            let text = match found {
                Line::End => break,
                Line::Read if lines.buffer.is_empty() => continue,
                Line::TooLong => Err(RowRefusal::TooLong),
                Line::Read => self.decode(&lines.buffer).ok_or(RowRefusal::NotText),
            };
            let go_on = match text {
                Err(refusal) => each(number, bytes, Err(refusal)),
                Ok(text) => {
                    let cells = cutter.cut(text.as_bytes());
                    let has_patient = self.blank(&mut cutter, &mut beside.dropped);
                    match grouping.take(&cutter, cells, self.widest) {
                        Ok(Some(filled)) => {
                            beside.filled_down += u64::from(filled > 0);
                            let above = grouping.above();
                            let free_text = &self.free_text;
                            let row = Row { cutter: &cutter, places, has_patient, filled, above, free_text };
                            each(number, bytes, Ok(&row))
                        }
                        Ok(None) => {
                            beside.left_out += u64::from((0..cutter.width()).any(|at| !cutter.text(at).is_empty()));
                            true
                        }
                        Err(refusal) => each(number, bytes, Err(refusal)),
                    }
                }
            };
            if !go_on {
                break;
            }
        }
        beside.lines = lines.passed;
        Ok(beside)
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

/// A row without its patient.
#[derive(Debug)]
pub(super) struct Row<'a> {
    cutter: &'a Cutter,
    places: &'a Places,
    has_patient: Option<bool>,
    /// Cells before this one are those of the row above.
    filled: usize,
    above: &'a [String],
    /// Columns in which an NHS number is looked for.
    free_text: &'a [usize],
}

impl Row<'_> {
    fn has_number(&self) -> bool {
        self.free_text.iter().any(|at| holds_nhs_number(self.cutter.text(*at)))
    }

    /// A cell by its place, blank where it holds an NHS number.
    pub(super) fn clean(&self, at: usize) -> &str {
        let text = self.at(at);
        if self.free_text.contains(&at) && holds_nhs_number(text) { "" } else { text }
    }

    /// A cell by its place.
    pub(super) fn at(&self, at: usize) -> &str {
        if at < self.filled {
            return self.above.get(at).map_or("", String::as_str);
        }
        self.cutter.text(at)
    }
}

impl Cells for Row<'_> {
    fn get(&self, column: Column) -> Option<&str> {
        self.places.0.get(&column).map(|at| self.at(*at))
    }

    fn has_patient(&self) -> Option<bool> {
        self.has_patient
    }
}
