//! A draft for somebody else's form as CSV. What is not known is an empty cell.

use crate::exchange::release_csv::text;

/// The file: a line of columns, then the rows.
pub fn write<const N: usize>(columns: &[&str; N], rows: impl IntoIterator<Item = [String; N]>) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    // Writing into memory does not fail.
    let _ = writer.write_record(columns);
    for row in rows {
        let _ = writer.write_record(row.map(|cell| text(&cell)));
    }
    writer.into_inner().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_text_and_blanks_stay_blank() {
        let rows = [["=1+1".to_owned(), String::new()]];
        let csv = String::from_utf8(write(&["what", "n"], rows)).unwrap();
        assert_eq!(csv, "what,n\r\n'=1+1,\r\n");
    }
}
