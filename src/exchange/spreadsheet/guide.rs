//! The sheet that says how to fill in the other one, in plain English.

use rust_xlsxwriter::{Format, Worksheet, XlsxError};

use super::{Book, GUIDE};

/// The paragraphs; a strong one is a heading. What stands in braces is filled in.
const PARAGRAPHS: [(bool, &str); 16] = [
    (true, "The action register of {name} ({practice}) as it stood on {day}"),
    (
        true,
        "No patient data belongs in this file: no name, no NHS number, no date of birth. A row that seems to hold any is refused.",
    ),
    (true, "How to fill it in"),
    (
        false,
        "Each row is one item, or one service, agreement, pathway or the like of an item. Change the white cells only. Rows that you leave as they are, or delete, change nothing: history is never removed.",
    ),
    (false, "Status: choose from the list. Each item has words of its own."),
    (
        false,
        "From: the day from which this holds. What begins on a day ahead has a state of its own, such as “Switched off from a date”. Write Yes beside it if the day is about when, not exact.",
    ),
    (
        false,
        "Notice served, Decided on, Staff told on: dates, or empty. Type a date as 20/11/2026. Text and plain numbers are refused, because a spreadsheet can mean another day by them.",
    ),
    (
        false,
        "Secondary purposes only: for a withdrawal from a data-sharing agreement, write Yes if it serves nothing but secondary purposes. Agreements that also serve direct care are out of scope.",
    ),
    (
        false,
        "To add a service, agreement or pathway, use an empty row at the bottom: choose the code of its item, write its name under Subject, then choose a status and a day.",
    ),
    (false, "Formulas are refused: type what they show."),
    (true, "Then"),
    (
        false,
        "Save the file as it is (.xlsx) and choose it on the page “The register as a spreadsheet”. You see every change, what the contract says about it and every row that cannot be taken, before anything is recorded.",
    ),
    (false, "Nobody but the practice sees this file. Each practice decides alone what it does."),
    (true, "About the menu"),
    (
        false,
        "The items, their states and their words come from the catalogue of actions, edition {edition}. An edition is the menu of one time: later ones add items and change words. If a later edition has come in since, download the file again.",
    ),
    (
        false,
        "What a status means for the contract is on each item’s page and on the page of changes. It informs; it tells nobody what to do.",
    ),
];

/// Writes the sheet.
pub(super) fn write(sheet: &mut Worksheet, book: &Book<'_>) -> Result<(), XlsxError> {
    sheet.set_name(GUIDE)?;
    sheet.set_column_width(0, 100)?;
    let plain = Format::new().set_text_wrap();
    let strong = Format::new().set_bold().set_text_wrap();
    for (row, (heading, text)) in (0..).zip(PARAGRAPHS) {
        let text = text
            .replace("{name}", book.name)
            .replace("{practice}", book.practice.as_str())
            .replace("{day}", &book.on.written())
            .replace("{edition}", book.edition);
        let format = if heading { &strong } else { &plain };
        sheet.write_string_with_format(row, 0, text, format)?;
    }
    sheet.protect();
    Ok(())
}
