//! A text file as a table: whatever program wrote it, in UTF-8, UTF-16 or Windows-1252, with commas, semicolons, tabs or bars.

use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};

use super::{
    columns::PastColumn,
    sheet::{HEADER_WITHIN, MOST_LINES, NotTaken, Table},
};
use crate::exchange::spreadsheet::cells::Cell;

/// Columns beyond this one are not looked at.
const MOST_COLUMNS: usize = 60;
/// The signs between cells that are looked for.
const SIGNS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// Reads the table, every cell as text.
pub(super) fn read(bytes: &[u8]) -> Result<Table, NotTaken> {
    let text = decoded(bytes)?;
    if text.trim().is_empty() {
        return Err(NotTaken::Empty);
    }
    let (said, skipped, rest) = separator(&text);
    let sign = said.unwrap_or_else(|| sign(rest));
    let mut reader = csv::ReaderBuilder::new();
    reader.has_headers(false).flexible(true).delimiter(sign);
    let mut reader = reader.from_reader(rest.as_bytes());
    let (mut table, mut record) = (Table::new(), csv::StringRecord::new());
    while reader.read_record(&mut record).map_err(|_| NotTaken::NotText)? {
        // The reader tells where a record begins before it skips empty lines: counted from where it ends, it is right.
        let inside: usize = record.iter().map(|cell| cell.matches('\n').count()).sum();
        let inside = u64::try_from(inside).unwrap_or_default();
        let line = reader.position().line().saturating_sub(1).saturating_sub(inside).saturating_add(skipped);
        if let Some(line) = unclosed(rest, &record) {
            return Err(NotTaken::Unclosed(line.saturating_add(skipped)));
        }
        let cells = (0..).zip(record.iter().take(MOST_COLUMNS));
        let cells = cells.filter_map(|(at, text)| cell(text).map(|cell| (at, cell)));
        table.push((line, cells.collect()));
        if table.len() > MOST_LINES {
            return Err(NotTaken::TooManyRows);
        }
    }
    Ok(table)
}

/// The line on which a quotation mark opens a text that goes on to the end of the file: the reader takes that for its end.
fn unclosed(text: &str, record: &csv::StringRecord) -> Option<u64> {
    if !record.iter().any(|cell| cell.contains('\n')) {
        return None;
    }
    let begins = usize::try_from(record.position()?.byte()).ok()?;
    let (before, raw) = text.split_at_checked(begins)?;
    let empty = raw.bytes().take_while(|byte| *byte == b'\n').count();
    let lines = before.matches('\n').count().saturating_add(empty).saturating_add(1);
    // Of a record that ends, only a part of what follows is its own.
    let ends = record.iter().next_back()?.ends_with('\n') && raw.matches('"').count() % 2 == 1;
    ends.then(|| u64::try_from(lines).unwrap_or(u64::MAX))
}

/// A cell without what was put before a text that a spreadsheet would run.
fn cell(text: &str) -> Option<Cell> {
    let text = text.trim();
    let text = match text.strip_prefix('\'') {
        Some(rest) if rest.starts_with(['=', '+', '-', '@']) => rest,
        _ => text,
    };
    (!text.is_empty()).then(|| Cell::Text(text.to_owned()))
}

/// By its mark; without one UTF-8 where it is that, else what Excel writes on an English Windows.
fn decoded(bytes: &[u8]) -> Result<String, NotTaken> {
    let (encoding, mark) = Encoding::for_bom(bytes).unwrap_or((UTF_8, 0));
    let rest = bytes.get(mark..).unwrap_or_default();
    let text = match (encoding.decode_without_bom_handling_and_without_replacement(rest), mark) {
        (Some(text), _) => text,
        (None, 0) => WINDOWS_1252.decode_without_bom_handling(rest).0,
        (None, _) => return Err(NotTaken::NotText),
    };
    if text.contains('\0') {
        return Err(NotTaken::NotText);
    }
    // One kind of line end, also that of an old Mac, and one at the very end: lines are counted by it.
    Ok(text.replace("\r\n", "\n").replace('\r', "\n") + "\n")
}

/// The sign that a line of its own above the table names: `sep=;`, and the lines that this takes.
fn separator(text: &str) -> (Option<u8>, u64, &str) {
    let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
    let sign = first.trim().trim_matches('"').strip_prefix("sep=").map(str::as_bytes);
    match sign {
        Some([sign]) if SIGNS.contains(sign) => (Some(*sign), 1, rest),
        _ => (None, 0, text),
    }
}

/// The sign by which a line of the first ones names most columns; commas where none does.
fn sign(text: &str) -> u8 {
    let names = |sign: u8| {
        let lines = text.lines().take(HEADER_WITHIN);
        let known = lines.map(|line| {
            let cells = line.split(char::from(sign)).map(|cell| cell.trim().trim_matches('"'));
            cells.filter(|cell| PastColumn::is_one(cell)).count()
        });
        known.max().unwrap_or_default()
    };
    SIGNS.into_iter().rev().max_by_key(|sign| names(*sign)).unwrap_or(b',')
}
