//! An empty sheet to fill in: the names of the columns, and in a workbook how to fill it in and which words are known.

use rust_xlsxwriter::{Format, Workbook, Worksheet};

use super::columns::PastColumn;
use crate::{
    domain::transfer::{TransferOutcome, book::TransferBook, department},
    exchange::{plain_csv, transfer_csv::NoWorkbook},
};

/// How to fill it in.
const GUIDE: [&str; 9] = [
    "One line for each item: work that a hospital or another provider passed on to your practice.",
    "No patient and no member of staff belongs in this file: no name, no NHS number, no date of birth, no address. A line that seems to hold any is refused, and nothing of it is kept.",
    "Date, Provider, Kind and Outcome are needed. Everything else may be left empty.",
    "Date: as day/month/year, such as 18/11/2026. From 2015 on, and not in the future.",
    "Provider: the ODS code, such as RJ1, or the name as the form of the log offers it. A name that is in no list is kept as you write it.",
    "Kind, Outcome, Department and How it came: copy the words from the sheet “Words”.",
    "Minutes: whole minutes, at most 60 of each kind of staff. Minutes that are left empty are those that the kind usually takes.",
    "Reference: your own, never a patient’s number.",
    "The same file chosen twice adds nothing twice. Two lines that say exactly the same are two items.",
];

/// As a text file: the names alone, for an example would be taken for an item.
pub fn csv() -> Vec<u8> {
    plain_csv::write(PastColumn::TEMPLATE.map(|column| column.heading().to_owned()).each_ref().map(String::as_str), [])
}

/// As a workbook.
///
/// # Errors
/// [`NoWorkbook`] with what the library says.
pub fn workbook(book: &TransferBook) -> Result<Vec<u8>, NoWorkbook> {
    let mut workbook = Workbook::new();
    let bold = Format::new().set_bold();
    let sheet = workbook.add_worksheet();
    sheet.set_name("Transferred work")?;
    sheet.set_freeze_panes(1, 0)?;
    let (day, text) = (Format::new().set_num_format("dd/mm/yyyy"), Format::new().set_num_format("@"));
    for (at, column) in (0..).zip(PastColumn::TEMPLATE) {
        sheet.write_string_with_format(0, at, column.heading(), &bold)?;
        sheet.set_column_width(at, if column == PastColumn::Asked { 50 } else { 18 })?;
        match column {
            PastColumn::CameOn => sheet.set_column_format(at, &day)?,
            // A reference stays as it is typed, with its zeros.
            PastColumn::Reference => sheet.set_column_format(at, &text)?,
            _ => sheet,
        };
    }
    let sheet = workbook.add_worksheet();
    sheet.set_name("How to fill this in")?;
    sheet.set_column_width(0, 100)?;
    let wrap = Format::new().set_text_wrap();
    for (row, paragraph) in (0..).zip(GUIDE) {
        sheet.write_string_with_format(row, 0, paragraph, &wrap)?;
    }
    words(workbook.add_worksheet(), book, &bold)?;
    Ok(workbook.save_to_buffer()?)
}

fn words(sheet: &mut Worksheet, book: &TransferBook, bold: &Format) -> Result<(), NoWorkbook> {
    sheet.set_name("Words")?;
    let lists: [(&str, Vec<&str>); 4] = [
        // Not called as the columns are: this is no table of items.
        ("Words for Kind", book.categories.iter().map(|kind| kind.label.as_str()).collect()),
        ("Words for Outcome", TransferOutcome::ALL.iter().map(|one| one.short_label()).collect()),
        ("Words for Department", department::listed().iter().map(|one| one.name.as_str()).collect()),
        ("Words for How it came", book.routes.iter().map(|route| route.label.as_str()).collect()),
    ];
    for (at, (title, words)) in (0..).zip(lists) {
        sheet.set_column_width(at, 36)?;
        sheet.write_string_with_format(0, at, title, bold)?;
        for (row, word) in (1..).zip(words) {
            sheet.write_string(row, at, word)?;
        }
    }
    Ok(())
}
