//! The log of transferred work as a spreadsheet reads it.

use rust_xlsxwriter::{Format, Workbook, XlsxError};

use super::plain_csv;
use crate::domain::transfer::{Transfer, book::TransferBook, department};

/// What each column holds, in their order.
const COLUMNS: [&str; 18] = [
    "id",
    "came_on",
    "provider",
    "provider_name",
    "department",
    "category",
    "kind",
    "reason",
    "route",
    "asked",
    "outcome",
    "minutes_gp",
    "minutes_other_clinician",
    "minutes_nurse",
    "minutes_admin",
    "reference",
    "duty",
    "recorded_at",
];

/// One line an item, the newest first.
pub fn write(book: &TransferBook, items: &[Transfer]) -> Vec<u8> {
    plain_csv::write(COLUMNS, items.iter().map(|item| line(book, item)))
}

/// Why there is no workbook; a fault of ours.
#[derive(Debug, thiserror::Error)]
#[error("the log could not be written as a spreadsheet: {0}")]
pub struct NoWorkbook(#[from] XlsxError);

/// The same as a workbook: minutes are numbers, everything else is text, so that no program takes a reference for a sum.
///
/// # Errors
/// [`NoWorkbook`] with what the library says.
pub fn workbook(book: &TransferBook, items: &[Transfer]) -> Result<Vec<u8>, NoWorkbook> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    let bold = Format::new().set_bold();
    sheet.set_name("Transferred work")?;
    sheet.set_freeze_panes(1, 0)?;
    for (at, name) in (0..).zip(COLUMNS) {
        sheet.write_string_with_format(0, at, name, &bold)?;
        sheet.set_column_width(at, if name == "asked" { 50 } else { 18 })?;
    }
    for (row, item) in (1..).zip(items) {
        for ((at, name), text) in (0..).zip(COLUMNS).zip(line(book, item)) {
            match text.parse::<u32>() {
                Ok(minutes) if name.starts_with("minutes_") => sheet.write_number(row, at, minutes)?,
                _ => sheet.write_string(row, at, text)?,
            };
        }
    }
    Ok(workbook.save_to_buffer()?)
}

fn line(book: &TransferBook, item: &Transfer) -> [String; 18] {
    let says = &item.says;
    let kind = book.category(&says.category).map(|kind| kind.label.clone());
    [
        says.id.to_string(),
        says.came_on.to_string(),
        says.provider.key.clone(),
        says.provider.name.clone(),
        department::name(says.department.as_deref()).unwrap_or_default().to_owned(),
        says.category.clone(),
        kind.unwrap_or_default(),
        says.reason.clone().unwrap_or_default(),
        says.route.clone(),
        says.asked.as_ref().map(ToString::to_string).unwrap_or_default(),
        says.outcome.to_string(),
        says.minutes.gp.to_string(),
        says.minutes.other_clinician.to_string(),
        says.minutes.nurse.to_string(),
        says.minutes.admin.to_string(),
        says.reference.as_ref().map(ToString::to_string).unwrap_or_default(),
        says.duty.clone().unwrap_or_default(),
        item.recorded_at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true),
    ]
}
