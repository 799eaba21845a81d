//! The cells of a workbook of which nothing is known yet. Every size is bounded before it is used.

use std::{
    collections::BTreeMap,
    io::{self, Cursor, Read},
    panic::{AssertUnwindSafe, catch_unwind},
};

use calamine::{DataRef, Reader, Xlsx, XlsxCellReader};
use entity::ids::LocalDate;
use zip::ZipArchive;

use super::{
    ABOUT, REGISTER,
    refused::{MOST_BYTES, Refused},
};

/// The most bytes its parts may hold together, unpacked.
const MOST_UNPACKED: u64 = 48 * 1024 * 1024;
/// The most parts.
const MOST_PARTS: usize = 200;
/// The most rows with something in them.
pub(super) const MOST_ROWS: usize = 10_000;
/// The most cells that are looked at.
const MOST_CELLS: usize = 400_000;
/// The most sheets that are read of a workbook of which nothing is known.
const MOST_SHEETS: usize = 8;
/// Columns beyond this one are not looked at.
const MOST_COLUMNS: u32 = 60;
/// Longer texts are cut: no field takes as many.
const MOST_TEXT: usize = 400;
/// The rows of the hidden sheet that count.
const ABOUT_ROWS: u32 = 20;
/// How an older workbook, or one with a password, begins.
const OLD: [u8; 4] = [0xD0, 0xCF, 0x11, 0xE0];

/// What stands in a cell.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::exchange) enum Cell {
    Text(String),
    Day(LocalDate),
    /// A date or time that is no day between 1990 and 2100.
    NotADay,
    Number(f64),
    Yes(bool),
    Formula,
    Error,
}

/// Cells by row and column, both from 0.
pub(in crate::exchange) type Cells = BTreeMap<u32, BTreeMap<u32, Cell>>;

/// The two sheets that are read.
#[derive(Debug)]
pub(super) struct Sheets {
    pub(super) about: Cells,
    pub(super) register: Cells,
    /// A plain number may be a day: numbers of days are counted from 1900, as everywhere but on old Macs.
    pub(super) days_from_1900: bool,
}

/// Opens a workbook that was downloaded here.
pub(super) fn open(bytes: &[u8]) -> Result<Sheets, Refused> {
    safely(bytes, sheets)
}

/// Every sheet of a workbook of which nothing is known, in their order.
pub(in crate::exchange) fn every(bytes: &[u8]) -> Result<Vec<(String, Cells)>, Refused> {
    safely(bytes, |bytes| {
        let mut workbook = Xlsx::new(Cursor::new(bytes)).map_err(|_| Refused::NotAWorkbook)?;
        let names: Vec<String> = workbook.sheet_names().into_iter().take(MOST_SHEETS).collect();
        let read = |name: String| sheet(&mut workbook, &name, u32::MAX).map(|cells| (name, cells));
        names.into_iter().map(read).collect()
    })
}

fn safely<T>(bytes: &[u8], read: impl FnOnce(&[u8]) -> Result<T, Refused>) -> Result<T, Refused> {
    if bytes.len() > MOST_BYTES {
        return Err(Refused::TooBig);
    }
    if bytes.starts_with(&OLD) {
        return Err(Refused::OldOrLocked);
    }
    bounded(bytes)?;
    // A library's panic over a broken file is the file's fault, and must not look like ours.
    catch_unwind(AssertUnwindSafe(|| read(bytes))).unwrap_or(Err(Refused::NotAWorkbook))
}

/// Unpacks every part once, into nothing, and counts: what a part says about its own size is not believed.
fn bounded(bytes: &[u8]) -> Result<(), Refused> {
    let mut zip = ZipArchive::new(Cursor::new(bytes)).map_err(|_| Refused::NotAWorkbook)?;
    if zip.len() > MOST_PARTS {
        return Err(Refused::TooBig);
    }
    let mut left = MOST_UNPACKED;
    for at in 0..zip.len() {
        let part = zip.by_index(at).map_err(|_| Refused::NotAWorkbook)?;
        let read = io::copy(&mut part.take(left.saturating_add(1)), &mut io::sink());
        let read = read.map_err(|_| Refused::NotAWorkbook)?;
        left = left.checked_sub(read).ok_or(Refused::TooBig)?;
    }
    Ok(())
}

fn sheets(bytes: &[u8]) -> Result<Sheets, Refused> {
    let mut workbook = Xlsx::new(Cursor::new(bytes)).map_err(|_| Refused::NotAWorkbook)?;
    let names = workbook.sheet_names();
    if [ABOUT, REGISTER].iter().any(|wanted| !names.iter().any(|name| name == wanted)) {
        return Err(Refused::AnotherWorkbook);
    }
    let (about, register) = (sheet(&mut workbook, ABOUT, ABOUT_ROWS)?, sheet(&mut workbook, REGISTER, u32::MAX)?);
    Ok(Sheets { about, register, days_from_1900: !counts_from_1904(bytes) })
}

/// Whether a workbook says that its days are counted from 1904; one that cannot be told is taken to.
fn counts_from_1904(bytes: &[u8]) -> bool {
    let mut text = String::new();
    let read = ZipArchive::new(Cursor::new(bytes)).is_ok_and(|mut zip| {
        zip.by_name("xl/workbook.xml").is_ok_and(|part| part.take(MOST_UNPACKED).read_to_string(&mut text).is_ok())
    });
    let says = ["date1904=\"1\"", "date1904=\"true\"", "date1904='1'", "date1904='true'"];
    !read || says.iter().any(|says| text.contains(says))
}

/// Streams a sheet: one that says it is a million columns wide costs no more than its cells do.
fn sheet(workbook: &mut Xlsx<Cursor<&[u8]>>, name: &str, until: u32) -> Result<Cells, Refused> {
    let mut reader: XlsxCellReader<'_, _> = workbook.worksheet_cells_reader(name).map_err(|_| Refused::NotAWorkbook)?;
    let mut cells = Cells::new();
    let mut seen = 0_usize;
    loop {
        let next = reader.next_cell_with_formula_metadata();
        let Some(next) = next.map_err(|_| Refused::NotAWorkbook)? else {
            return Ok(cells);
        };
        seen += 1;
        if seen > MOST_CELLS {
            return Err(Refused::TooManyRows);
        }
        let (row, column) = next.pos;
        if row >= until || column >= MOST_COLUMNS {
            continue;
        }
        let cell = match next.formula {
            Some(_) => Some(Cell::Formula),
            None => cell(&next.value),
        };
        if let Some(cell) = cell {
            cells.entry(row).or_default().insert(column, cell);
            if cells.len() > MOST_ROWS + 1 {
                return Err(Refused::TooManyRows);
            }
        }
    }
}

fn cell(value: &DataRef<'_>) -> Option<Cell> {
    match value {
        DataRef::Empty => None,
        DataRef::Int(number) => {
            i32::try_from(*number).map_or(Some(Cell::Error), |number| Some(Cell::Number(number.into())))
        }
        DataRef::Float(number) => Some(Cell::Number(*number)),
        DataRef::String(text) => words(text),
        DataRef::SharedString(text) => words(text),
        DataRef::Bool(yes) => Some(Cell::Yes(*yes)),
        DataRef::DateTime(at) if at.is_datetime() => {
            let (year, month, day, ..) = at.to_ymd_hms_milli();
            Some(day_cell(LocalDate::new(year.into(), month.into(), day.into())))
        }
        DataRef::DateTimeIso(text) => {
            let day = text.get(..10).and_then(|day| day.parse().ok());
            Some(day_cell(day))
        }
        DataRef::DateTime(_) | DataRef::DurationIso(_) => Some(Cell::NotADay),
        DataRef::Error(_) => Some(Cell::Error),
    }
}

fn day_cell(day: Option<LocalDate>) -> Cell {
    let (first, last) = (LocalDate::new(1990, 1, 1), LocalDate::new(2100, 1, 1));
    day.filter(|day| first <= Some(*day) && Some(*day) <= last).map_or(Cell::NotADay, Cell::Day)
}

fn words(text: &str) -> Option<Cell> {
    let text = text.trim();
    let cut: String = text.chars().take(MOST_TEXT).collect();
    (!cut.is_empty()).then_some(Cell::Text(cut))
}
