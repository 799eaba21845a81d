//! Where the table of a file begins: titles and the sign that a spreadsheet separates by may stand above the line of column names.

use std::fs::File;

use super::{
    Unreadable,
    cutter::Cutter,
    lines::{Line, Lines},
};
use crate::domain::appointment::{is_header, is_patient_column, plain, twice, usual_columns};

/// Records among which the line of column names is looked for.
const MOST_ABOVE: usize = 21;
/// Signs between cells, the usual first.
const SIGNS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// The line of column names.
#[derive(Debug, Clone)]
pub(super) struct Header {
    /// Names, trimmed; those without one are blank.
    pub(super) names: Vec<String>,
    /// What stands between cells.
    pub(super) delimiter: u8,
    /// Lines up to and with it.
    pub(super) lines: u64,
    /// How many of its names are usual ones.
    usual: usize,
}

impl Header {
    /// Finds it: of the first records the one with most names that are known, and with more in it than any above.
    pub(super) fn find(file: &File) -> Result<Self, Unreadable> {
        let mut lines = Lines::new(file)?;
        if lines.next()? == Line::End {
            return Err(Unreadable::Empty);
        }
        if lines.buffer.contains(&0) {
            return Err(Unreadable::NotText);
        }
        let said = separator(&String::from_utf8_lossy(without_mark(&lines.buffer)));
        let signs = said.map_or(&SIGNS[..], |_| &[]).iter().copied().chain(said);
        let mut best: Option<Self> = None;
        for delimiter in signs {
            let found = Self::with(file, delimiter)?;
            let score = |header: &Self| (header.usual, header.names.iter().filter(|name| !name.is_empty()).count());
            if let Some(found) = found
                && best.as_ref().is_none_or(|best| score(best) < score(&found))
            {
                best = Some(found);
            }
        }
        best.ok_or(Unreadable::NoHeader)
    }

    fn with(file: &File, delimiter: u8) -> Result<Option<Self>, Unreadable> {
        let mut lines = Lines::new(file)?;
        lines.of_cells(delimiter);
        let mut cutter = Cutter::new(delimiter);
        let (mut best, mut most_above): (Option<Self>, usize) = (None, 0);
        for _ in 0..MOST_ABOVE {
            if lines.next()? == Line::End {
                break;
            }
            let text = String::from_utf8_lossy(without_mark(&lines.buffer)).into_owned();
            let Some(width) = cutter.cut(text.as_bytes()) else {
                continue;
            };
            let names: Vec<String> = (0..width).map(|at| one_line(cutter.text(at))).collect();
            let filled = names.iter().filter(|name| !name.is_empty()).count();
            if filled > most_above && is_header(&names) {
                let usual = Some(usual_columns(&names)).filter(|usual| *usual > 1).unwrap_or(0);
                if best.as_ref().is_none_or(|best| best.usual < usual) {
                    best = Some(Self { names, delimiter, lines: lines.passed, usual });
                }
            }
            most_above = most_above.max(filled);
        }
        Ok(best)
    }

    /// Names by which every column can be told: one without a name has its number, and so have those of one name.
    pub(super) fn labels(&self) -> Vec<String> {
        let same = |name: &str| self.names.iter().filter(|other| plain(other) == plain(name)).count();
        let label = |(at, name): (usize, &String)| {
            if name.is_empty() {
                format!("Column {}, without a name", at + 1)
            } else if same(name) > 1 && !is_patient_column(name) {
                twice(name, at + 1)
            } else {
                name.clone()
            }
        };
        self.names.iter().enumerate().map(label).collect()
    }

    /// Whether it speaks of appointments.
    pub(super) fn is_usual(&self) -> bool {
        self.usual > 1
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The bytes without the mark that spreadsheets put in front of UTF-8.
fn without_mark(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes)
}

/// The sign that a spreadsheet says it separates by, in a line of its own above the header: `sep=;`.
fn separator(first: &str) -> Option<u8> {
    let first = first.trim_matches(|c: char| c == '"' || c == ' ');
    let sign = first.get(..4).filter(|word| word.eq_ignore_ascii_case("sep=")).and(first.get(4..))?;
    match sign.trim_matches('"').as_bytes() {
        [sign @ (b',' | b';' | b'\t' | b'|'), ..] => Some(*sign),
        _ => None,
    }
}
