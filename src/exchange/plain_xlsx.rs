//! A table as a workbook: what it is on one sheet, the table on another. Every cell is text, so that none is a formula.

use rust_xlsxwriter::{Format, FormatAlign, Workbook, XlsxError};

/// Why there is no workbook; a fault of ours.
#[derive(Debug, thiserror::Error)]
#[error("the table could not be written as a spreadsheet: {0}")]
pub struct NoTable(#[from] XlsxError);

/// What is written.
#[derive(Debug)]
pub struct PlainTable {
    /// Name of its sheet; at most 31 letters.
    pub name: &'static str,
    /// What it is: a word and a sentence each.
    pub about: Vec<(&'static str, String)>,
    /// The names of the columns.
    pub columns: Vec<String>,
    /// A line a row.
    pub rows: Vec<Vec<String>>,
}

/// The file.
///
/// # Errors
/// [`NoTable`] with what the library says.
pub fn write(table: &PlainTable) -> Result<Vec<u8>, NoTable> {
    let mut workbook = Workbook::new();
    let bold = Format::new().set_bold();
    let head = Format::new().set_bold().set_text_wrap().set_align(FormatAlign::Top);
    let sheet = workbook.add_worksheet();
    sheet.set_name(table.name)?;
    for (at, name) in (0_u16..).zip(&table.columns) {
        sheet.write_string_with_format(0, at, name, &head)?;
        sheet.set_column_width(at, if at == 0 { 40 } else { 16 })?;
    }
    for (row, cells) in (1_u32..).zip(&table.rows) {
        for (at, cell) in (0_u16..).zip(cells) {
            sheet.write_string(row, at, cell)?;
        }
    }
    sheet.set_freeze_panes(1, 1)?;
    let (last, columns) =
        (u32::try_from(table.rows.len()).unwrap_or(0), u16::try_from(table.columns.len()).unwrap_or(1));
    sheet.autofilter(0, 0, last, columns.saturating_sub(1))?;
    sheet.set_landscape().set_print_fit_to_pages(1, 0);
    sheet.set_repeat_rows(0, 0)?;
    let about = workbook.add_worksheet();
    about.set_name("About")?;
    about.set_column_width(0, 24)?;
    about.set_column_width(1, 90)?;
    for (row, (word, says)) in (0_u32..).zip(&table.about) {
        about.write_string_with_format(row, 0, *word, &bold)?;
        about.write_string(row, 1, says)?;
    }
    Ok(workbook.save_to_buffer()?)
}
