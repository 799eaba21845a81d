//! A table as CSV: commas, CRLF, and no cell that a spreadsheet would run.

use super::release_csv::text;

/// The file: the names of the columns, and a line a row.
pub fn write<const N: usize>(columns: [&str; N], rows: impl IntoIterator<Item = [String; N]>) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    // Writing into memory does not fail.
    let _ = writer.write_record(columns);
    for row in rows {
        let _ = writer.write_record(row.map(|cell| text(&cell)));
    }
    writer.into_inner().unwrap_or_default()
}

/// Lines of a file whose columns stand in it already.
pub fn rows<const N: usize>(rows: impl IntoIterator<Item = [String; N]>) -> Vec<u8> {
    lines(rows.into_iter().map(|row| row.into_iter().collect()))
}

/// The same of rows of any width.
pub fn lines(rows: impl IntoIterator<Item = Vec<String>>) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    for row in rows {
        let _ = writer.write_record(row.iter().map(|cell| text(cell)));
    }
    writer.into_inner().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_text_and_line_ends_stay_in_their_cell() {
        let rows = [["=1+1".to_owned(), "a\nb, \"c\"".to_owned()]];
        let file = String::from_utf8(write(["one", "two"], rows)).unwrap();
        assert_eq!(file, "one,two\r\n'=1+1,\"a\nb, \"\"c\"\"\"\r\n");
    }
}
