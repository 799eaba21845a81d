//! What the LMC or the practice changed: line by line, as lines kept, taken out and put in.

use similar::{ChangeTag, TextDiff};

/// What became of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineChange {
    /// In both.
    Kept,
    /// In the older text only.
    Out,
    /// In the newer text only.
    In,
}

/// A line with what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DiffLine {
    /// What became of it.
    pub change: LineChange,
    /// The line.
    pub text: String,
}

/// The lines of both texts in order; empty lines that stay are left out.
pub fn lines(older: &str, newer: &str) -> Vec<DiffLine> {
    let (older, newer) = (plain(older), plain(newer));
    let diff = TextDiff::from_lines(&older, &newer);
    diff.iter_all_changes()
        .map(|change| DiffLine {
            change: match change.tag() {
                ChangeTag::Equal => LineChange::Kept,
                ChangeTag::Delete => LineChange::Out,
                ChangeTag::Insert => LineChange::In,
            },
            text: change.value().trim_end().to_owned(),
        })
        .filter(|line| !line.text.is_empty())
        .collect()
}

/// Whether anything differs but blanks at the ends of lines.
pub fn differ(older: &str, newer: &str) -> bool {
    plain(older) != plain(newer)
}

/// One kind of line end, and one at the end of the text.
fn plain(text: &str) -> String {
    let mut plain: String = text.trim_end().lines().map(str::trim_end).collect::<Vec<_>>().join("\n");
    plain.push('\n');
    plain
}
