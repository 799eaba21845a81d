//! A release as CSV: one line an area and series.

use crate::domain::disclosure::{Content, Shown};

/// The columns, in order.
const COLUMNS: [&str; 16] = [
    "release",
    "published_on",
    "as_of",
    "area_kind",
    "area_code",
    "area_name",
    "practices",
    "series",
    "series_title",
    "shown",
    "value",
    "percent",
    "likely_low",
    "likely_high",
    "bound_low_percent",
    "bound_high_percent",
];

/// Writes a release. The same release gives the same bytes.
pub fn write(content: &Content) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(Vec::new());
    let mut line = |cells: &[String]| {
        // Writing into memory cannot fail.
        drop(writer.write_record(cells.iter().map(|cell| text(cell))));
    };
    line(&COLUMNS.map(str::to_owned));
    for area in &content.areas {
        for figure in &area.figures {
            let (shown, value) = match figure.shown {
                Shown::FewerThanTen => ("fewer than", Some(10)),
                Shown::About(value) => ("about", Some(value)),
                Shown::OrMore(value) => ("or more", Some(value)),
                Shown::Hidden => ("hidden", None),
            };
            let number =
                |value: Option<u32>| value.map(|value| value.to_string()).unwrap_or_default();
            let title = content
                .series(&figure.series)
                .map(|series| series.title.clone())
                .unwrap_or_default();
            line(&[
                content.number.to_string(),
                content.published_on.to_string(),
                content.as_of.to_string(),
                area.kind.code().to_owned(),
                area.code.clone(),
                area.name.clone(),
                area.practices.to_string(),
                figure.series.clone(),
                title,
                shown.to_owned(),
                number(value),
                number(figure.percent),
                number(figure.likely.map(|range| range.0)),
                number(figure.likely.map(|range| range.1)),
                number(figure.bounds.map(|range| range.0)),
                number(figure.bounds.map(|range| range.1)),
            ]);
        }
    }
    writer.into_inner().unwrap_or_default()
}

/// A cell that a spreadsheet would run as a formula is made text.
pub fn text(cell: &str) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{cell}")
    } else {
        cell.to_owned()
    }
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
