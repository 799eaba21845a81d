//! Transferred work of before as a practice kept it: a table in a text file or a workbook, in columns of any order. What is
//! read are rows whose cells are of their kinds and name nobody; what is wrong with the others is told by line and column,
//! and never with what stands there.

use super::spreadsheet::cells;
use crate::domain::transfer::book::TransferBook;

mod carried;
mod columns;
mod rows;
mod sheet;
mod template;
#[cfg(test)]
mod tests;
mod text;

pub use carried::{Carried, pack, unpack};
pub use columns::PastColumn;
pub use sheet::{CellError, MOST_BYTES, NotTaken, PastSheet};
pub use template::{csv as template_csv, workbook as template_workbook};

/// Reads a file by what it is, not by its name.
///
/// # Errors
/// [`NotTaken`] where it cannot be taken as a whole.
pub fn read(bytes: &[u8], book: &TransferBook) -> Result<PastSheet, NotTaken> {
    if bytes.len() > MOST_BYTES {
        return Err(NotTaken::TooBig);
    }
    let is_workbook = bytes.starts_with(b"PK") || bytes.starts_with(&[0xD0, 0xCF]);
    let tables = if is_workbook {
        let sheets = cells::every(bytes)?;
        let table = |(name, cells): (String, cells::Cells)| {
            (name, cells.into_iter().map(|(row, cells)| (u64::from(row) + 1, cells)).collect())
        };
        sheets.into_iter().map(table).collect()
    } else {
        vec![(String::new(), text::read(bytes)?)]
    };
    rows::of_first(&tables, book)
}
