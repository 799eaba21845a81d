//! A workbook as tables: every sheet that is shown becomes CSV, with days and times as the spreadsheet means them.

use std::{
    fs::File,
    io::{self, BufReader, BufWriter, Read, Seek},
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
};

use calamine::{DataRef, Reader, SheetVisible, Xlsx};
use zip::ZipArchive;

use super::{
    Source, Unreadable,
    sheet::Sheet,
    unnamed::{ended, made},
};

/// Bytes that all parts of a workbook may have together, unpacked.
const MOST_UNPACKED: u64 = 192 * 1024 * 1024;
/// The part that is held in memory as a whole.
const SHARED_TEXTS: &str = "xl/sharedStrings.xml";
/// Its most bytes.
const MOST_TEXTS: u64 = 24 * 1024 * 1024;
/// Parts of a workbook.
const MOST_PARTS: usize = 400;
/// Sheets that are looked at.
const MOST_SHEETS: usize = 12;
/// Cells of a row that are looked at.
const MOST_COLUMNS: usize = 256;

/// The sheets of a workbook that are tables of appointments; where none is, the first with anything in it.
pub(super) fn sheets(source: &Source, folder: &Path) -> Result<Vec<Source>, Unreadable> {
    bounded(&source.file)?;
    // A library's panic over a broken file is the file's fault, and must not look like ours.
    let read = catch_unwind(AssertUnwindSafe(|| all(source, folder))).unwrap_or(Err(Unreadable::Damaged))?;
    let mut tables = Vec::new();
    let mut others = Vec::new();
    for sheet in read {
        if Sheet::open(&sheet.file).is_ok_and(|sheet| sheet.has_usual_columns()) {
            tables.push(sheet);
        } else {
            others.push(sheet);
        }
    }
    if tables.is_empty() {
        others.truncate(1);
        tables = others;
    }
    if tables.is_empty() { Err(Unreadable::Empty) } else { Ok(tables) }
}

/// Unpacks every part once, into nothing, and counts: what a part says about its own size is not believed.
fn bounded(mut file: &File) -> Result<(), Unreadable> {
    file.rewind()?;
    let mut zip = ZipArchive::new(BufReader::new(file)).map_err(|_| Unreadable::Damaged)?;
    if zip.len() > MOST_PARTS {
        return Err(Unreadable::TooBig);
    }
    let mut left = MOST_UNPACKED;
    for at in 0..zip.len() {
        let part = zip.by_index(at).map_err(|_| Unreadable::Damaged)?;
        let most = if part.name().is_ok_and(|name| name == SHARED_TEXTS) { MOST_TEXTS } else { left };
        let read = io::copy(&mut part.take(most.saturating_add(1)), &mut io::sink());
        let read = read.map_err(|_| Unreadable::Damaged)?;
        if read > most {
            return Err(Unreadable::TooBig);
        }
        left = left.checked_sub(read).ok_or(Unreadable::TooBig)?;
    }
    Ok(())
}

fn all(source: &Source, folder: &Path) -> Result<Vec<Source>, Unreadable> {
    let mut file = &source.file;
    file.rewind()?;
    let mut workbook = Xlsx::new(BufReader::new(file)).map_err(|_| Unreadable::Damaged)?;
    let shown = workbook.sheets_metadata().iter().filter(|sheet| sheet.visible == SheetVisible::Visible);
    let names: Vec<String> = shown.map(|sheet| sheet.name.clone()).take(MOST_SHEETS).collect();
    let mut sheets = Vec::new();
    for name in names {
        if let Some(file) = sheet(&mut workbook, &name, folder)? {
            sheets.push(Source { name: source.name.clone(), file });
        }
    }
    Ok(sheets)
}

/// Streams a sheet into a file; nothing where it is empty.
fn sheet(workbook: &mut Xlsx<BufReader<&File>>, name: &str, folder: &Path) -> Result<Option<File>, Unreadable> {
    // A sheet of a chart has no cells.
    let Ok(mut cells) = workbook.worksheet_cells_reader(name) else {
        return Ok(None);
    };
    let mut out = csv::WriterBuilder::new().flexible(true).from_writer(BufWriter::new(made(folder)?));
    let written = |error: csv::Error| match error.into_kind() {
        csv::ErrorKind::Io(error) => Unreadable::Io(error),
        _ => Unreadable::Damaged,
    };
    let mut row: Vec<String> = Vec::new();
    let (mut at, mut any) = (0_u32, false);
    while let Some(cell) = cells.next_cell().map_err(|_| Unreadable::Damaged)? {
        let (line, column) = cell.get_position();
        // Rows that are not there are blank lines, so that a refused row has the number that the spreadsheet shows.
        while at < line.min(at.saturating_add(1_000_000)) {
            out.write_record(if row.is_empty() { vec![String::new()] } else { std::mem::take(&mut row) })
                .map_err(written)?;
            at += 1;
        }
        let column = usize::try_from(column).unwrap_or(MOST_COLUMNS);
        if column < MOST_COLUMNS {
            let text = text(cell.get_value());
            any |= !text.trim().is_empty();
            if row.len() <= column {
                row.resize(column + 1, String::new());
            }
            if let Some(place) = row.get_mut(column) {
                *place = text;
            }
        }
    }
    if !row.is_empty() {
        out.write_record(row).map_err(written)?;
    }
    let out = out.into_inner().map_err(|error| Unreadable::Io(error.into_error()))?;
    let file = ended(out)?;
    Ok(any.then_some(file))
}

fn text(value: &DataRef<'_>) -> String {
    match value {
        DataRef::Empty | DataRef::Error(_) => String::new(),
        DataRef::Int(n) => n.to_string(),
        DataRef::Float(n) => n.to_string(),
        DataRef::String(text) => text.trim().to_owned(),
        DataRef::SharedString(text) => text.trim().to_owned(),
        DataRef::Bool(yes) => yes.to_string(),
        DataRef::DateTime(at) if at.is_datetime() => moment(at),
        DataRef::DateTime(at) => at.as_f64().to_string(),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
    }
}

/// A day, a time or both: less than one whole day is a time.
fn moment(at: &calamine::ExcelDateTime) -> String {
    let (year, month, day, hour, minute, second, milli) = at.to_ymd_hms_milli();
    // Half a second is how exactly a spreadsheet keeps times.
    let (hour, minute) = if second >= 59 && milli >= 500 { next_minute(hour, minute) } else { (hour, minute) };
    let time = format!("{hour:02}:{minute:02}");
    if at.as_f64() < 1.0 {
        time
    } else if (hour, minute) == (0, 0) {
        format!("{year:04}-{month:02}-{day:02}")
    } else {
        format!("{year:04}-{month:02}-{day:02} {time}")
    }
}

fn next_minute(hour: u8, minute: u8) -> (u8, u8) {
    match (hour, minute) {
        (23, 59) => (23, 59),
        (hour, 59) => (hour.saturating_add(1), 0),
        (hour, minute) => (hour, minute.saturating_add(1)),
    }
}
