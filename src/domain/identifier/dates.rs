//! Dates of birth: said to be one, or so old that a note about this year's work has no other reason to hold them.

use super::{
    IdentifierKind,
    text::{Span, Text, Word},
};

/// A date in a text.
struct Date {
    /// The word after its last.
    to: usize,
    year: u32,
    /// Written with two digits.
    short_year: bool,
    numeric: bool,
}

const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// Whether day, month and year make a date of a life or of work today.
pub(super) fn is_date(day: u32, month: u32, year: u32) -> bool {
    (1..=31).contains(&day) && (1..=12).contains(&month) && (1880..=2100).contains(&year)
}

pub(super) fn find(text: &Text, spans: &mut Vec<Span>) {
    for at in 0..text.words.len() {
        let found = labelled(text, at)
            .or_else(|| date(text, at).filter(|date| is_old(text, at, date)).map(|date| (at, date.to)));
        if let Some((from, to)) = found
            && let (Some(first), Some(last)) = (text.word(from), text.before(to, 1))
        {
            spans.push((IdentifierKind::DateOfBirth, first.from, last.to));
        }
    }
}

/// A date after `dob`, `born`, `date of birth`; answers its words.
fn labelled(text: &Text, at: usize) -> Option<(usize, usize)> {
    let lower =
        |ahead: usize| at.checked_add(ahead).and_then(|at| text.word(at)).map_or("", |word| word.lower.as_str());
    let length = match (lower(0), lower(1), lower(2)) {
        ("dob" | "dobs" | "born" | "birthdate" | "birthday" | "yob" | "bday", ..) => 1,
        ("d", "o", "b") | ("date" | "day" | "year", "of", "birth") => 3,
        ("birth", "date", _) => 2,
        _ => return None,
    };
    let mut next = at.checked_add(length)?;
    let fillers = ["is", "was", "on", "in", "the", "of", "date", "about", "circa"];
    while fillers.contains(&text.word(next)?.lower.as_str()) && next < at.checked_add(6)? {
        next = next.checked_add(1)?;
    }
    let word = text.word(next)?;
    if let Some(date) = date(text, next) {
        return Some((next, date.to));
    }
    let year = |word: &Word| word.text.len() == 4 && word.is_number() && (1880..=2100).contains(&number(&word.text));
    let after = next.checked_add(1)?;
    let packed = word.is_number() && matches!(word.text.len(), 6 | 8);
    let month_first = month(&word.lower).is_some() && text.word(after).is_some_and(year);
    // Day and month without a year, and a year alone, are enough beside the word.
    let day_month = ordinal(&word.lower).is_some()
        && text.word(after).is_some_and(|word| month(&word.lower).is_some() || word.is_number());
    if month_first || day_month {
        Some((next, after.checked_add(1)?))
    } else if packed || year(word) {
        Some((next, after))
    } else {
        None
    }
}

/// A full date that begins at a word.
fn date(text: &Text, at: usize) -> Option<Date> {
    let first = text.word(at)?;
    packed(&first.lower, at).or_else(|| {
        let next = at.checked_add(1)?;
        let of = text.word(next).is_some_and(|word| word.lower == "of");
        let next = if of { next.checked_add(1)? } else { next };
        let second = text.word(next)?;
        let third = text.word(next.checked_add(1)?)?;
        let to = next.checked_add(2)?;
        let gaps = |allowed: &[&str]| allowed.contains(&second.gap.as_str()) && allowed.contains(&third.gap.as_str());
        let make = |day: u32, month: u32, year: &str, numeric: bool| {
            let short_year = year.len() == 2;
            let full = if short_year { century(number(year)) } else { number(year) };
            (is_date(day, month, full) && matches!(year.len(), 2 | 4)).then_some(Date {
                to,
                year: full,
                short_year,
                numeric,
            })
        };
        let apart = [" ", "-", "/", ".", ", ", ". ", " - "];
        let numbers = first.is_number() && second.is_number() && third.is_number();
        if numbers && second.gap == third.gap && gaps(&["/", "-", ".", " ", " / ", " - ", "//"]) {
            let (a, b) = (number(&first.text), number(&second.text));
            make(a, b, &third.text, true)
                .or_else(|| make(b, a, &third.text, true))
                .or_else(|| (first.text.len() == 4).then(|| make(number(&third.text), b, &first.text, true))?)
        } else if third.is_number() && gaps(&apart) {
            let day_first = ordinal(&first.lower).zip(month(&second.lower));
            let month_first = || ordinal(&second.lower).zip(month(&first.lower));
            let (day, month) = day_first.or_else(month_first)?;
            make(day, month, &third.text, false)
        } else {
            None
        }
    })
}

/// `01021960`, `19600201` or `01feb1960` in one word.
fn packed(word: &str, at: usize) -> Option<Date> {
    let to = at.checked_add(1)?;
    let part = |from: usize, to: usize| word.get(from..to);
    let made = |year: u32| Date { to, year, short_year: false, numeric: true };
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if word.len() == 8 && digits(word) {
        let (a, b, year) = (number(part(0, 2)?), number(part(2, 4)?), number(part(4, 8)?));
        let (other, c, d) = (number(part(0, 4)?), number(part(4, 6)?), number(part(6, 8)?));
        if is_date(a, b, year) {
            return Some(made(year));
        }
        return is_date(d, c, other).then(|| made(other));
    }
    let letters = word.find(|c: char| c.is_ascii_alphabetic())?;
    let (day, rest) = word.split_at_checked(letters)?;
    let year = rest.trim_start_matches(|c: char| c.is_ascii_alphabetic());
    let name = rest.strip_suffix(year)?;
    let shaped = matches!(day.len(), 1 | 2) && digits(day) && year.len() == 4 && digits(year);
    (shaped && month(name).is_some() && is_date(number(day), 1, number(year)))
        .then(|| Date { numeric: false, ..made(number(year)) })
}

/// Whether a date without a label is likely a birthday.
fn is_old(text: &Text, at: usize, date: &Date) -> bool {
    // Contracts, laws and practices have old dates too; then a word says so.
    let before = text.before(at, 1).map_or("", |word| word.lower.as_str());
    let dated = ["since", "opened", "founded", "established", "act", "dated", "contract"];
    let loosely = ["from", "until", "in", "of", "before", "after"];
    if dated.contains(&before) || (!date.numeric && loosely.contains(&before)) {
        return false;
    }
    let mark = at.checked_add(1).and_then(|at| text.word(at)).map_or("", |word| word.gap.as_str());
    match (date.numeric, date.short_year) {
        (true, false) => (1880..=2015).contains(&date.year) && mark != " ",
        // 16 to 40 is a year of work, and 1.2.15 a clause.
        (true, true) => matches!(mark, "/" | "-") && !(2016..=2040).contains(&date.year),
        (false, false) => (1880..=1999).contains(&date.year),
        (false, true) => (1941..=1999).contains(&date.year),
    }
}

fn century(year: u32) -> u32 {
    if year <= 40 { year.saturating_add(2000) } else { year.saturating_add(1900) }
}

fn number(text: &str) -> u32 {
    text.parse().unwrap_or(u32::MAX)
}

/// `1`, `1st`, `22nd`.
fn ordinal(word: &str) -> Option<u32> {
    let bare = ["st", "nd", "rd", "th"].iter().find_map(|ending| word.strip_suffix(ending));
    let day = bare.unwrap_or(word).parse().ok()?;
    (1..=31).contains(&day).then_some(day)
}

fn month(word: &str) -> Option<u32> {
    let at = MONTHS.iter().position(|month| word.starts_with(month))?;
    let full = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    let known = word.len() == 3 || word == "sept" || full.get(at).is_some_and(|full| *full == word);
    if known { u32::try_from(at).ok()?.checked_add(1) } else { None }
}
