//! Which signs the fonts of this program can draw, so that what cannot be printed is refused where it is typed.
//!
//! Letters, the record of a day, releases and meeting sheets are PDF, and a sign that no font has makes no PDF at all.
//! What is typed goes through [`plain`] and [`undrawable`]; what comes from a file or was stored long ago is drawn with
//! [`REPLACEMENT`] in its place: see [`drawn`]. The table is made from the fonts, and a test of `exchange::pdf` holds it
//! to them.

mod table;
#[cfg(test)]
mod tests;

use std::{collections::BTreeSet, fmt};

use unicode_normalization::UnicodeNormalization;

pub(crate) use self::table::{LETTERS, MARKS, SIGNS};

/// What stands for a sign that cannot be drawn.
pub const REPLACEMENT: char = '\u{FFFD}';

/// A sign that cannot be drawn, as it is named to the person who typed it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Sign(pub char);

impl fmt::Display for Sign {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let c = self.0;
        if c.is_alphanumeric() || is_pictured(c) {
            write!(f, "“{c}”")
        } else {
            write!(f, "The sign U+{:04X}", u32::from(c))
        }
    }
}

/// Whether a sign can be shown by itself; a mark, an invisible sign or one that turns what follows cannot.
fn is_pictured(c: char) -> bool {
    matches!(
        u32::from(c),
        0x2100..=0x2BFF | 0x3001..=0x33FF | 0xFE10..=0xFE6F | 0xFF01..=0xFFEE | 0x1F000..=0x1FAFF
    ) && !c.is_whitespace()
}

/// A text with everything as plain as it can be without changing what it says: letters and their marks in one, unusual
/// spaces and hyphens as usual ones, full-width forms as the letters they are, and nothing that cannot be seen.
pub fn plain(text: &str) -> String {
    // What most people type is as plain as it can be.
    if text.is_ascii() { text.to_owned() } else { text.nfc().filter_map(plainly).nfc().collect() }
}

fn plainly(c: char) -> Option<char> {
    Some(match c {
        // Zero-width spaces and joiners, marks of direction that turn nothing, hints for a line's end, the mark at the
        // start of a file, and how an emoji is to be drawn.
        '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{2060}'..='\u{2064}' | '\u{FEFF}' | '\u{FE00}'..='\u{FE0F}' => {
            return None;
        }
        '\u{2010}' | '\u{2011}' => '-',
        '\u{2028}' | '\u{2029}' => '\n',
        // A space that does not break is kept: it can be drawn.
        '\u{1680}' | '\u{2000}'..='\u{200A}' | '\u{202F}' | '\u{205F}' | '\u{3000}' => ' ',
        '\u{FF01}'..='\u{FF5E}' => u32::from(c).checked_sub(0xFEE0).and_then(char::from_u32).unwrap_or(c),
        c => c,
    })
}

/// The first sign of a text, made [`plain`], that cannot be drawn, with its place in it.
pub fn undrawable(text: &str) -> Option<(usize, Sign)> {
    let mut before = Before::Nothing;
    text.char_indices().find_map(|(at, c)| {
        let (fits, next) = before.then(c);
        before = next;
        (!fits).then_some((at, Sign(c)))
    })
}

/// A text as it is printed: [`plain`], with [`REPLACEMENT`] for each sign that cannot be drawn.
pub fn drawn(text: &str) -> String {
    let mut before = Before::Nothing;
    plain(text)
        .chars()
        .map(|c| {
            let (fits, next) = before.then(c);
            before = next;
            if fits { c } else { REPLACEMENT }
        })
        .collect()
}

/// A name from a national file as a person could type it: for forms that begin with one.
pub fn as_typed(name: &str) -> String {
    drawn(name).replace(REPLACEMENT, "?")
}

/// The signs of a text for which [`drawn`] puts [`REPLACEMENT`], each once.
pub fn replaced(text: &str) -> BTreeSet<Sign> {
    let mut before = Before::Nothing;
    plain(text)
        .chars()
        .filter_map(|c| {
            let (fits, next) = before.then(c);
            before = next;
            (!fits).then_some(Sign(c))
        })
        .collect()
}

/// What a mark would stand on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Before {
    Letter,
    Nothing,
}

impl Before {
    /// Whether a sign can be drawn here, and what the one after it would stand on.
    fn then(self, c: char) -> (bool, Self) {
        if is_in(LETTERS, c) || (self == Self::Letter && is_in(MARKS, c)) {
            (true, Self::Letter)
        } else {
            let fits = matches!(c, '\n' | '\t') || is_in(SIGNS, c);
            (fits, Self::Nothing)
        }
    }
}

fn is_in(ranges: &[(u32, u32)], c: char) -> bool {
    let point = u32::from(c);
    let after = ranges.partition_point(|(first, _)| *first <= point);
    after.checked_sub(1).and_then(|at| ranges.get(at)).is_some_and(|(_, last)| point <= *last)
}
