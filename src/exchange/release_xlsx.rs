//! Releases as a spreadsheet: what they are on one sheet, every figure on another. The same ones give the same bytes.

use chrono::Datelike;
use entity::ids::LocalDate;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, FormatAlign, Workbook, Worksheet, XlsxError};

use super::release_csv::{COLUMNS, Cell, rows};
use crate::domain::disclosure::{Content, NOTES, PROMISE};

/// Why there is no workbook; a fault of ours.
#[derive(Debug, thiserror::Error)]
#[error("the release could not be written as a spreadsheet: {0}")]
pub struct Failed(#[from] XlsxError);

/// Writes the workbook of releases, in this order; at least one.
///
/// # Errors
/// [`Failed`] with what the library says.
pub fn write(contents: &[&Content]) -> Result<Vec<u8>, Failed> {
    let mut workbook = Workbook::new();
    let newest = contents.iter().max_by_key(|content| content.number);
    // The day of the release, whatever the clock of the machine says.
    if let Some(day) = newest.and_then(|newest| excel(newest.published_on)) {
        let properties = DocProperties::new().set_title(title(contents)).set_creation_datetime(&day);
        workbook.set_properties(&properties);
    }
    about(workbook.add_worksheet(), contents)?;
    figures(workbook.add_worksheet(), contents)?;
    Ok(workbook.save_to_buffer()?)
}

fn title(contents: &[&Content]) -> String {
    match contents {
        [only] => format!("Headroom release {}", only.number),
        _ => "Headroom releases".to_owned(),
    }
}

fn excel(day: LocalDate) -> Option<ExcelDateTime> {
    let year = u16::try_from(day.0.year()).ok()?;
    let month = u8::try_from(day.0.month()).ok()?;
    let day = u8::try_from(day.0.day()).ok()?;
    ExcelDateTime::from_ymd(year, month, day).ok()
}

fn about(sheet: &mut Worksheet, contents: &[&Content]) -> Result<(), XlsxError> {
    let bold = Format::new().set_bold();
    let wrap = Format::new().set_text_wrap().set_align(FormatAlign::Top);
    sheet.set_name("Release")?;
    sheet.set_column_width(0, 28)?;
    sheet.set_column_width(1, 90)?;
    let mut row = 0;
    let mut line = |name: &str, value: &str| {
        sheet.write_string_with_format(row, 0, name, &bold)?;
        sheet.write_string_with_format(row, 1, value, &wrap)?;
        row += 1;
        Ok::<_, XlsxError>(())
    };
    for content in contents {
        line("Release", &content.number.to_string())?;
        line("Published", &content.published_on.written())?;
        line("As of the end of", &content.as_of.written())?;
        line("Next release", &content.next_on.written())?;
        line("Series of", &content.frame_year())?;
        line("Method", content.method_in_words())?;
        for note in &content.notes {
            line("Correction", note)?;
        }
        line("", "")?;
    }
    line("Live", "no")?;
    for (at, note) in NOTES.into_iter().enumerate() {
        line(if at == 0 { "How to read it" } else { "" }, note)?;
    }
    for (at, promise) in PROMISE.lines().enumerate() {
        line(if at == 0 { "Promise" } else { "" }, promise)?;
    }
    Ok(())
}

fn figures(sheet: &mut Worksheet, contents: &[&Content]) -> Result<(), XlsxError> {
    let head = Format::new().set_bold().set_background_color("#D8DDE0").set_align(FormatAlign::Top);
    let thousands = Format::new().set_num_format("#,##0");
    sheet.set_name("Figures")?;
    for (column, name) in (0_u16..).zip(COLUMNS) {
        sheet.write_string_with_format(0, column, name, &head)?;
        sheet.set_column_width(column, width(name))?;
    }
    let mut last = 0;
    for (row, cells) in (1_u32..).zip(rows(contents)) {
        last = row;
        for (column, cell) in (0_u16..).zip(cells) {
            match cell {
                // As a text, whatever it begins with: a cell is never a formula.
                Cell::Text(words) if !words.is_empty() => {
                    sheet.write_string(row, column, words)?;
                }
                Cell::Number(number) => {
                    sheet.write_number_with_format(row, column, number, &thousands)?;
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
        domain::disclosure::{Counted, FramePractice, HAS_RECORDED, Key, Period, Series, cut, publish},
        exchange::release_csv,
    };

    fn content(name: &str, title: &str) -> Content {
        let practices: Vec<FramePractice> = (0..20)
            .map(|n| FramePractice {
                code: format!("Z{n:05}").parse().unwrap(),
                icb: "AAA".parse().unwrap(),
                lmc: None,
                region: None,
            })
            .collect();
        let names = BTreeMap::from([("AAA".to_owned(), name.to_owned())]);
        let series = vec![Series { code: HAS_RECORDED.to_owned(), title: title.to_owned() }];
        let frame = cut(Period::FIRST, &practices, names, series, None);
        let counted = Counted {
            period: Period::FIRST,
            frame: &frame,
            acting: &BTreeMap::new(),
            before: None,
            ended: &std::collections::BTreeSet::new(),
        };
        publish(&Key::new([7; 32]), counted)
    }

    #[test]
    fn names_that_look_like_formulas_stay_text() {
        let content = content("=1+1", "@SUM(A1)");
        let bytes = write(&[&content]).unwrap();
        assert_eq!(bytes, write(&[&content]).unwrap(), "the same bytes each time");
        let mut book: Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(bytes)).unwrap();
        let formulas = book.worksheet_formula("Figures").unwrap();
        assert_eq!(formulas.used_cells().count(), 0);
        let sheet = book.worksheet_range("Figures").unwrap();
        let cells: Vec<&Data> = sheet.used_cells().map(|(_, _, cell)| cell).collect();
        assert!(cells.contains(&&Data::String("=1+1".to_owned())), "{cells:?}");
        let csv = String::from_utf8(release_csv::write(&[&content])).unwrap();
        assert!(csv.starts_with('\u{feff}'), "{csv}");
        assert!(csv.contains(",'=1+1,") && csv.contains(",'@SUM(A1),"), "{csv}");
    }

    #[test]
    fn several_releases_stand_one_under_the_other() {
        let (one, other) = (content("Devon", "x"), content("Dorset", "x"));
        let csv = String::from_utf8(release_csv::write(&[&one, &other])).unwrap();
        assert_eq!(csv.lines().count(), 1 + 2 * 2, "England and an ICB of each");
        let bytes = write(&[&one, &other]).unwrap();
        let mut book: Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(bytes)).unwrap();
        assert_eq!(book.worksheet_range("Figures").unwrap().height(), 5);
    }
}
