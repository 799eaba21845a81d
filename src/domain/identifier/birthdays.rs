//! Dates of birth: said to be one, beside an age or a sex, or so old that a note about this year's work has no other reason
//! to hold them.

use super::{
    dates::{Date, Written, date, is_year, month, number, ordinal},
    kinds::IdentifierKind,
    text::{Span, Text, Word},
    words::Sorts,
};

pub(super) fn find(text: &Text, spans: &mut Vec<Span>) {
    for at in 0..text.words.len() {
        let found = labelled(text, at).or_else(|| {
            let date = date(text, at)?;
            let found = is_beside_a_person(text, at, &date) || is_old(text, at, &date);
            found.then_some((at, date.to))
        });
        if let Some((from, to)) = found {
            spans.extend(text.span(IdentifierKind::DateOfBirth, from, to.saturating_sub(1)));
        }
    }
}

/// A date after `dob`, `born`, `date of birth`; answers its words.
fn labelled(text: &Text, at: usize) -> Option<(usize, usize)> {
    let mut next = at.saturating_add(label(text, at)?);
    let fillers = ["is", "was", "on", "in", "the", "of", "date", "about", "circa", "ar", "yn", "yw", "given", "as"];
    for _ in 0..4 {
        if fillers.contains(&text.lower(next, 0)) {
            next = next.saturating_add(1);
        }
    }
    let word = text.word(next)?;
    if let Some(date) = date(text, next) {
        return Some((next, date.to));
    }
    let year = |word: &Word| {
        let short = word.text.len() == 2 && (word.gap.ends_with('\'') || number(&word.text) > 31);
        word.is_number() && (short || (word.text.len() == 4 && is_year(number(&word.text))))
    };
    let (second, third) = (text.after(next, 1), text.after(next, 2));
    let is = |word: Option<&Word>, fits: &dyn Fn(&Word) -> bool| word.is_some_and(fits);
    let named = |word: &Word| month(&word.lower).is_some();
    let packed = word.is_number() && matches!(word.text.len(), 6 | 8);
    // Day and month without a year, a year alone, and a month of any language, are enough beside the word; so is a day
    // that is spelt out.
    let day_month = ordinal(&word.lower).is_some() && is(second, &|word| named(word) || word.is_number());
    let foreign = ordinal(&word.lower).is_some() && is(second, &Word::is_alphabetic) && is(third, &year);
    let words = if foreign {
        3
    } else if named(word) && is(second, &|word| year(word) || ordinal(&word.lower).is_some()) || day_month {
        2
    } else if packed || year(word) {
        1
    } else {
        (1..=3)
            .find(|ahead| is(text.after(next, *ahead), &named))
            .filter(|_| is_spelt_day(&word.lower))?
            .saturating_add(1)
    };
    Some((next, next.saturating_add(words)))
}

/// How many words announce a birthday here.
fn label(text: &Text, at: usize) -> Option<usize> {
    let word = text.word(at)?;
    match (word.lower.as_str(), text.lower(at, 1), text.lower(at, 2)) {
        (
            "dob" | "dobs" | "born" | "birthdate" | "birthday" | "yob" | "bday" | "date-of-birth" | "ganwyd"
            | "birth-date" | "d-o-b",
            ..,
        ) => Some(1),
        ("d", "o", "b") | ("date" | "day" | "year" | "month", "of", "birth") => Some(3),
        ("birth", "date" | "day" | "year", _) | ("dyddiad" | "dydd", "geni", _) => Some(2),
        // `b. 12/01/45`, `(b 1945)`; hepatitis has a capital.
        ("b", ..) if word.text == "b" => {
            let opened = word.gap.ends_with(['(', '[', '/', ',']) || at == 0;
            let dotted = text.after(at, 1).is_some_and(|next| next.gap.starts_with(['.', ':']));
            (opened || dotted).then_some(1)
        }
        _ => None,
    }
}

fn is_spelt_day(word: &str) -> bool {
    let ends =
        ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tieth", "teenth"];
    word.starts_with("twenty")
        || ends.iter().any(|end| word.ends_with(end))
        || ["tenth", "eleventh", "twelfth"].contains(&word)
}

/// Whether an age or a sex stands beside a date: `22.10.2019 F`, `female (3/4/21)`.
fn is_beside_a_person(text: &Text, at: usize, date: &Date) -> bool {
    let near = |gap: &str| gap.chars().count() <= 3 && gap.chars().all(|c| " ,;()-[]".contains(c));
    let ends = |after: Option<&Word>| after.is_none_or(|word| !word.gap.starts_with(['/', '.', '&', '\'']));
    let gap = text.word(at).map_or("", |word| word.gap.as_str());
    let before = text.before(at, 1).is_some_and(|word| near(gap) && is_sex(word));
    let after = text.word(date.to).is_some_and(|word| near(&word.gap) && is_sex(word) && ends(text.after(date.to, 1)));
    before || after
}

/// `F`, `male`, `81F`, `7yo`.
fn is_sex(word: &Word) -> bool {
    let letters = word.lower.trim_start_matches(|c: char| c.is_ascii_digit());
    let aged = letters.len() < word.lower.len();
    match letters {
        "m" | "f" => aged || word.is_all_capitals(),
        "yo" | "yr" | "yrs" => aged,
        letters => ["male", "female", "boy", "girl", "baby", "toddler"].contains(&letters),
    }
}

/// Whether a date without a label is likely a birthday.
fn is_old(text: &Text, at: usize, date: &Date) -> bool {
    let (oldest, youngest) = match date.written {
        Written::Marked | Written::Spaced => (1880, 2015),
        // 16 to 31 is a year of work, and 1.2.15 a clause.
        Written::ShortMarked => (1932, 2015),
        Written::Loose => return false,
        Written::Named => (1880, 1999),
        Written::ShortNamed => (1932, 1999),
    };
    // Contracts, laws, practices and operations have old dates too; then a word says so. Contracts begin in April and
    // October.
    let is_contract_day = date.day == 1 && matches!(date.month, 4 | 10) && date.year >= 1974;
    (oldest..=youngest).contains(&date.year) && !is_contract_day && !is_excused(text, at, date)
}

fn is_excused(text: &Text, at: usize, date: &Date) -> bool {
    let dated = text.before(at, 1).is_some_and(|word| word.acts(Sorts::DATED));
    let before = text.before(at, 1).map_or("", |word| word.lower.as_str());
    let named = matches!(date.written, Written::Named | Written::ShortNamed);
    let loosely = ["from", "until", "in", "of", "before", "after"];
    if dated || (named && loosely.contains(&before)) {
        return true;
    }
    if ["for", "re", "pt", "patient", "about", "regarding"].contains(&before) {
        return false;
    }
    // Another clause begins after a full stop.
    let mut same = true;
    let mut gap = text.word(at).map_or("", |word| word.gap.as_str());
    for back in 1..=8 {
        same &= !gap.contains(['.', ';', '\n']);
        let Some(word) = text.before(at, back) else {
            return false;
        };
        let done = word.acts(Sorts::DATED | Sorts::OPERATED) || is_operation(word);
        let recent = date.year >= 1990;
        if same && ((done && (recent || back <= 2)) || (recent && word.acts(Sorts::EVENT))) {
            return true;
        }
        gap = word.gap.as_str();
    }
    false
}

/// `hysterectomy`, `arthroplasty`, `gastroscopy`.
fn is_operation(word: &Word) -> bool {
    word.is(Sorts::MEDICINE)
        && ["tomy", "stomy", "plasty", "scopy", "graphy"].iter().any(|end| word.lower.ends_with(end))
}
