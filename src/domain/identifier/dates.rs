//! Days as they are written: in digits, with a month's name, in one word.

use super::text::Text;

/// A day in a text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Date {
    /// The word after its last.
    pub(super) to: usize,
    pub(super) day: u32,
    pub(super) month: u32,
    pub(super) year: u32,
    pub(super) written: Written,
}

/// How a day is written: some ways are those of clauses and versions too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Written {
    /// `14/02/1958`.
    Marked,
    /// `14 02 1958`.
    Spaced,
    /// `14/2/58`.
    ShortMarked,
    /// `1.2.58`, `14 2 58`.
    Loose,
    /// `14 February 1958`.
    Named,
    /// `14 Feb 58`.
    ShortNamed,
}

/// Months in English and in Welsh, from the first to the last.
const MONTHS: [[&str; 2]; 12] = [
    ["january", "ionawr"],
    ["february", "chwefror"],
    ["march", "mawrth"],
    ["april", "ebrill"],
    ["may", "mai"],
    ["june", "mehefin"],
    ["july", "gorffennaf"],
    ["august", "awst"],
    ["september", "medi"],
    ["october", "hydref"],
    ["november", "tachwedd"],
    ["december", "rhagfyr"],
];

/// Whether day, month and year make a date of a life or of work today.
pub(super) fn is_date(day: u32, month: u32, year: u32) -> bool {
    (1..=31).contains(&day) && (1..=12).contains(&month) && is_year(year)
}

pub(super) fn is_year(year: u32) -> bool {
    (1880..=2100).contains(&year)
}

/// A full date that begins at a word.
pub(super) fn date(text: &Text, at: usize) -> Option<Date> {
    let word = text.word(at)?.lower.as_str();
    if !word.starts_with(|c: char| c.is_ascii_digit()) && month(word).is_none() {
        return None;
    }
    packed(word, at).or_else(|| numeric(text, at)).or_else(|| named(text, at))
}

/// Three numbers with the same mark between them: day first, month first or year first.
fn numeric(text: &Text, at: usize) -> Option<Date> {
    let (first, second, third) = (text.word(at)?, text.after(at, 1)?, text.after(at, 2)?);
    let gaps = ["/", "-", ".", " ", " / ", " - ", "//", "|", "_", "\\", ". ", "--"];
    let numbers = first.is_number() && second.is_number() && third.is_number();
    if !(numbers && second.gap == third.gap && gaps.contains(&second.gap.as_str())) {
        return None;
    }
    let (a, b, c) = (number(&first.text), number(&second.text), number(&third.text));
    let year_first = first.text.len() == 4;
    let short = third.text.len() == 2 && !year_first;
    let written = match (short, second.gap.trim()) {
        (false, "") => Written::Spaced,
        (false, _) => Written::Marked,
        (true, "/" | "-" | "//" | "|") => Written::ShortMarked,
        (true, _) => Written::Loose,
    };
    let full = if short { century(c) } else { c };
    let made = |day: u32, month: u32, year: u32| {
        is_date(day, month, year).then_some(Date { to: at.saturating_add(3), day, month, year, written })
    };
    let padded = first.text.len() == 2 && second.text.len() == 2;
    let fits = if written == Written::Spaced { padded } else { short || third.text.len() == 4 };
    let day_first = made(a, b, full).or_else(|| made(b, a, full));
    if year_first { made(c, b, a) } else { day_first.filter(|_| fits) }
}

/// `14th of February 1958`, `Feb 14, '58`.
fn named(text: &Text, at: usize) -> Option<Date> {
    let next = at.saturating_add(if text.lower(at, 1) == "of" { 2 } else { 1 });
    let (first, second, third) = (text.word(at)?, text.word(next)?, text.after(next, 1)?);
    let apart = |gap: &str| [" ", "-", "/", ".", ", ", ". ", " - ", " '", ",", "'", " ,"].contains(&gap);
    let year = third.text.as_str();
    if !(third.is_number() && matches!(year.len(), 2 | 4) && apart(&second.gap) && apart(&third.gap)) {
        return None;
    }
    let day_first = ordinal(&first.lower).zip(month(&second.lower));
    let (day, month) = day_first.or_else(|| ordinal(&second.lower).zip(month(&first.lower)))?;
    let (year, written) = match year.len() {
        2 => (century(number(year)), Written::ShortNamed),
        _ => (number(year), Written::Named),
    };
    is_date(day, month, year).then_some(Date { to: next.saturating_add(2), day, month, year, written })
}

/// `01021960`, `19600201` or `01feb1960` in one word.
fn packed(word: &str, at: usize) -> Option<Date> {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let made = |day: u32, month: u32, year: u32, written: Written| {
        is_date(day, month, year).then_some(Date { to: at.saturating_add(1), day, month, year, written })
    };
    if word.len() == 8 && digits(word) {
        let part = |from: usize, to: usize| word.get(from..to).map(number);
        return made(part(0, 2)?, part(2, 4)?, part(4, 8)?, Written::Marked)
            .or_else(|| made(part(6, 8)?, part(4, 6)?, part(0, 4)?, Written::Marked));
    }
    let (day, rest) = word.split_at_checked(word.find(|c: char| c.is_ascii_alphabetic())?)?;
    let year = rest.trim_start_matches(|c: char| c.is_ascii_alphabetic());
    let name = rest.strip_suffix(year)?;
    let shaped = matches!(day.len(), 1 | 2) && digits(day) && matches!(year.len(), 2 | 4) && digits(year);
    let (year, written) = match year.len() {
        2 => (century(number(year)), Written::ShortNamed),
        _ => (number(year), Written::Named),
    };
    made(number(day), month(name).filter(|_| shaped)?, year, written)
}

/// Nothing of this year's work is done in 2032; people of 94 are ill.
fn century(year: u32) -> u32 {
    if year <= 31 { year.saturating_add(2000) } else { year.saturating_add(1900) }
}

pub(super) fn number(text: &str) -> u32 {
    text.parse().unwrap_or(u32::MAX)
}

/// `1`, `1st`, `22nd`.
pub(super) fn ordinal(word: &str) -> Option<u32> {
    let bare = ["st", "nd", "rd", "th"].iter().find_map(|ending| word.strip_suffix(ending));
    let day = bare.unwrap_or(word).parse().ok()?;
    (1..=31).contains(&day).then_some(day)
}

/// A month by its name or the beginning of it; Welsh ones whole.
pub(super) fn month(word: &str) -> Option<u32> {
    let named = |names: &[&str; 2]| {
        let [english, welsh] = names;
        let short = word.len() == 3 || word == "sept";
        word == *welsh || word == *english || (short && english.starts_with(word))
    };
    MONTHS.iter().zip(1..).find_map(|(names, month)| named(names).then_some(month))
}
