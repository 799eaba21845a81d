//! Releases as CSV: one line a release, area and series.

use crate::domain::{
    disclosure::{Area, Content, Figure},
    ons,
};

/// The columns, in order.
pub(super) const COLUMNS: [&str; 18] = [
    "release",
    "published_on",
    "as_of",
    "area_kind",
    "area_code",
    "area_ons_code",
    "area_name",
    "practices",
    "series",
    "series_title",
    "figure",
    "shown",
    "value",
    "percent",
    "likely_low",
    "likely_high",
    "bound_low_percent",
    "bound_high_percent",
];

/// Spreadsheets read a file without this mark as letters of another alphabet.
const BYTE_ORDER_MARK: &str = "\u{feff}";

/// What a cell holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Cell {
    /// Words, codes and days.
    Text(String),
    /// A number.
    Number(u32),
    /// Nothing.
    Empty,
}

impl From<Option<u32>> for Cell {
    fn from(value: Option<u32>) -> Self {
        value.map_or(Self::Empty, Self::Number)
    }
}

/// Every row below the columns.
pub(super) fn rows<'a>(contents: &'a [&Content]) -> impl Iterator<Item = [Cell; 18]> + 'a {
    contents.iter().flat_map(|content| of_release(content))
}

fn of_release(content: &Content) -> impl Iterator<Item = [Cell; 18]> {
    content.areas.iter().flat_map(move |area| {
        let figures = area.figures.iter();
        figures.map(move |figure| row(content, area, figure))
    })
}

fn row(content: &Content, area: &Area, figure: &Figure) -> [Cell; 18] {
    let title = content.series(&figure.series).map(|series| series.title.clone()).unwrap_or_default();
    [
        Cell::Number(content.number),
        Cell::Text(content.published_on.to_string()),
        Cell::Text(content.as_of.to_string()),
        Cell::Text(area.kind.code().to_owned()),
        Cell::Text(area.code.clone()),
        ons::code(area.kind, &area.code).map_or(Cell::Empty, Cell::Text),
        Cell::Text(area.name.clone()),
        Cell::Number(area.practices),
        Cell::Text(figure.series.clone()),
        Cell::Text(title),
        Cell::Text(figure.in_words(area.practices)),
        Cell::Text(figure.shown.code().to_owned()),
        figure.shown.number().into(),
        figure.percent.into(),
        figure.likely.map(|range| range.0).into(),
        figure.likely.map(|range| range.1).into(),
        figure.bounds.map(|range| range.0).into(),
        figure.bounds.map(|range| range.1).into(),
    ]
}

/// What a release puts right in an earlier one, as a row of its own kind.
fn correction(content: &Content, note: &str) -> [String; 18] {
    let mut row = [const { String::new() }; 18];
    let said = [
        (0, content.number.to_string()),
        (1, content.published_on.to_string()),
        (2, content.as_of.to_string()),
        (3, "correction".to_owned()),
        (10, text(note)),
    ];
    for (at, words) in said {
        if let Some(cell) = row.get_mut(at) {
            *cell = words;
        }
    }
    row
}

/// Writes releases, in this order. The same ones give the same bytes.
pub fn write(contents: &[&Content]) -> Vec<u8> {
    let mut writer =
        csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(BYTE_ORDER_MARK.as_bytes().to_vec());
    // Writing into memory cannot fail.
    drop(writer.write_record(COLUMNS));
    for content in contents {
        for note in &content.notes {
            drop(writer.write_record(correction(content, note)));
        }
    }
    for row in rows(contents) {
        drop(writer.write_record(row.map(|cell| match cell {
            Cell::Text(words) => text(&words),
            Cell::Number(number) => number.to_string(),
            Cell::Empty => String::new(),
        })));
    }
    writer.into_inner().unwrap_or_default()
}

/// A cell that a spreadsheet would run as a formula is made text.
pub fn text(cell: &str) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{cell}") } else { cell.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::text;

    #[test]
    fn formulas_become_text() {
        for cell in ["=1+1", "+44", "-1", "@x", "\tx", "\rx"] {
            assert!(text(cell).starts_with('\''), "{cell:?}");
        }
        assert_eq!(text("Wyrevale"), "Wyrevale");
    }
}
