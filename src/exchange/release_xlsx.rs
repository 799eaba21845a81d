//! A release as a spreadsheet: what it is on one sheet, every figure on another. The same release gives the same bytes.

use chrono::Datelike;
use entity::ids::LocalDate;
use rust_xlsxwriter::{
    DocProperties, ExcelDateTime, Format, FormatAlign, Workbook, Worksheet, XlsxError,
};

use super::release_csv::{COLUMNS, Cell, rows};
use crate::domain::disclosure::{Content, NOTES, PROMISE};

/// Why there is no workbook; a fault of ours.
#[derive(Debug, thiserror::Error)]
#[error("the release could not be written as a spreadsheet: {0}")]
pub struct Failed(#[from] XlsxError);

/// Writes the workbook.
///
/// # Errors
/// [`Failed`] with what the library says.
pub fn write(content: &Content) -> Result<Vec<u8>, Failed> {
    let mut workbook = Workbook::new();
    // The day of the release, whatever the clock of the machine says.
    if let Some(day) = excel(content.published_on) {
        let properties = DocProperties::new()
            .set_title(format!("Headroom release {}", content.number))
            .set_creation_datetime(&day);
        workbook.set_properties(&properties);
    }
    about(workbook.add_worksheet(), content)?;
    figures(workbook.add_worksheet(), content)?;
    Ok(workbook.save_to_buffer()?)
}

fn excel(day: LocalDate) -> Option<ExcelDateTime> {
    let year = u16::try_from(day.0.year()).ok()?;
    let month = u8::try_from(day.0.month()).ok()?;
    let day = u8::try_from(day.0.day()).ok()?;
    ExcelDateTime::from_ymd(year, month, day).ok()
}

fn about(sheet: &mut Worksheet, content: &Content) -> Result<(), XlsxError> {
    let bold = Format::new().set_bold();
    let wrap = Format::new().set_text_wrap().set_align(FormatAlign::Top);
    sheet.set_name("Release")?;
    sheet.set_column_width(0, 28)?;
    sheet.set_column_width(1, 90)?;
    let said = [
        ("Release", content.number.to_string()),
        ("Published", content.published_on.written()),
        ("As of the end of", content.as_of.written()),
        ("Next release", content.next_on.written()),
        ("Live", "no".to_owned()),
        ("Series of", content.frame_year()),
        ("Method", content.method.clone()),
        ("Promise", PROMISE.to_owned()),
    ];
    let mut row = 0;
    for (name, value) in said {
        sheet.write_string_with_format(row, 0, name, &bold)?;
        sheet.write_string_with_format(row, 1, value, &wrap)?;
        row += 1;
    }
    let corrections = content.notes.iter().map(String::as_str);
    for note in NOTES.into_iter().chain(corrections) {
        row += 1;
        sheet.write_string_with_format(row, 1, note, &wrap)?;
    }
    Ok(())
}

fn figures(sheet: &mut Worksheet, content: &Content) -> Result<(), XlsxError> {
    let head = Format::new()
        .set_bold()
        .set_background_color("#D8DDE0")
        .set_align(FormatAlign::Top);
    sheet.set_name("Figures")?;
    for (column, name) in (0_u16..).zip(COLUMNS) {
        sheet.write_string_with_format(0, column, name, &head)?;
        sheet.set_column_width(column, width(name))?;
    }
    let mut last = 0;
    for (row, cells) in (1_u32..).zip(rows(content)) {
        last = row;
        for (column, cell) in (0_u16..).zip(cells) {
            match cell {
                // As a text, whatever it begins with: a cell is never a formula.
                Cell::Text(words) if !words.is_empty() => {
                    sheet.write_string(row, column, words)?;
                }
                Cell::Number(number) => {
                    sheet.write_number(row, column, number)?;
                }
                Cell::Text(_) | Cell::Empty => {}
            }
        }
    }
    sheet.set_freeze_panes(1, 0)?;
    let columns = u16::try_from(COLUMNS.len()).unwrap_or(1);
    sheet.autofilter(0, 0, last, columns.saturating_sub(1))?;
    sheet.set_landscape().set_print_fit_to_pages(1, 0);
    sheet.set_repeat_rows(0, 0)?;
    Ok(())
}

fn width(column: &str) -> u16 {
    match column {
        "area_name" | "series_title" => 44,
        "series" => 24,
        "bound_low_percent" | "bound_high_percent" => 19,
        _ => 13,
    }
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeMap, io::Cursor};

    use calamine::{Data, Reader, Xlsx};

    use super::*;
    use crate::{
        domain::disclosure::{Counted, FramePractice, Key, Period, Series, cut, publish},
        exchange::release_csv,
    };

    #[test]
    fn names_that_look_like_formulas_stay_text() {
        let practices: Vec<FramePractice> = (0..20)
            .map(|n| FramePractice {
                code: format!("Z{n:05}").parse().unwrap(),
                icb: "AAA".parse().unwrap(),
                lmc: None,
                region: None,
            })
            .collect();
        let names = BTreeMap::from([("AAA".to_owned(), "=1+1".to_owned())]);
        let series = [Series {
            code: "x".to_owned(),
            title: "@SUM(A1)".to_owned(),
        }];
        let frame = cut(Period::FIRST, &practices, names, series.to_vec(), None);
        let counted = Counted {
            period: Period::FIRST,
            frame: &frame,
            acting: &BTreeMap::new(),
            before: None,
        };
        let content = publish(&Key::new([7; 32]), counted);
        let bytes = write(&content).unwrap();
        assert_eq!(bytes, write(&content).unwrap(), "the same bytes each time");
        let mut book: Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(bytes)).unwrap();
        let formulas = book.worksheet_formula("Figures").unwrap();
        assert_eq!(formulas.used_cells().count(), 0);
        let sheet = book.worksheet_range("Figures").unwrap();
        let cells: Vec<&Data> = sheet.used_cells().map(|(_, _, cell)| cell).collect();
        assert!(
            cells.contains(&&Data::String("=1+1".to_owned())),
            "{cells:?}"
        );
        let csv = String::from_utf8(release_csv::write(&content)).unwrap();
        assert!(
            csv.contains(",'=1+1,") && csv.contains(",'@SUM(A1),"),
            "{csv}"
        );
    }
}
