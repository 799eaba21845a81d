//! Numbers that a word says whose they are: records, references, National Insurance.

use super::{
    dates::is_date,
    kinds::IdentifierKind as Kind,
    numbers::{Group, digits, exactly, span},
    text::{Span, Text, Word},
    words::is_one_of,
};

/// Words before a number, what it then is, the digits it has at least, and whether `no`, `number` or `id` must follow.
type Label = (&'static str, Kind, usize, Numbered);

#[derive(Clone, Copy, PartialEq, Eq)]
enum Numbered {
    Must,
    May,
}

const LABELS: [Label; 8] = {
    use Numbered::{May, Must};
    [
        ("nhs nhsno", Kind::NhsNumber, 9, May),
        ("chi hcn", Kind::HealthNumber, 9, May),
        ("ubrn", Kind::BookingReference, 6, May),
        ("mrn hospno hospnum hospid nhi pid crn hn x-number k-number", Kind::RecordNumber, 4, May),
        (
            "hosp hospital emis patient pt unit systmone tpp rio pas trust record case casenote note notes district clinic \
            epic cerner lorenzo vision identification k x",
            Kind::RecordNumber,
            5,
            Must,
        ),
        ("nino nin", Kind::NationalInsurance, 6, May),
        ("ni insurance", Kind::NationalInsurance, 6, Must),
        ("tel telephone phone mob mobile landline ph", Kind::Phone, 6, May),
    ]
};

pub(super) fn find(text: &Text, groups: &[Group], spans: &mut Vec<Span>) {
    if groups.is_empty() {
        return;
    }
    for (at, word) in text.words.iter().enumerate() {
        spans.extend(national_insurance(text, at));
        // Far from any digit nothing is announced.
        let next = groups.get(groups.partition_point(|group| group.from < word.to));
        if next.is_some_and(|group| group.from.saturating_sub(word.to) <= 40) {
            spans.extend(labelled(text, at, groups));
        }
    }
    for at in 0..groups.len() {
        spans.extend(groups.get(at..).and_then(|rest| booking_reference(text, rest)));
    }
}

/// `AB 12 34 56 C` in any grouping of its words.
fn national_insurance(text: &Text, at: usize) -> Option<Span> {
    let begins = |word: &&Word| {
        let letters = word.text.bytes().take_while(u8::is_ascii_alphabetic).count();
        letters == 2 && word.text.bytes().skip(2).all(|byte| byte.is_ascii_alphanumeric())
    };
    let first = text.word(at).filter(begins)?;
    let mut joined = String::new();
    for word in text.words.get(at..)?.iter().take(5) {
        let near = |word: &Word| word.gap.chars().count() <= 3 && word.gap.chars().all(|c| " .-/\n".contains(c));
        if word.from != first.from && !near(word) {
            return None;
        }
        joined.push_str(&word.text.to_uppercase());
        if joined.len() >= 9 {
            return is_insured(&joined).then_some((Kind::NationalInsurance, first.from, word.to));
        }
    }
    None
}

/// HMRC's form; `QQ` is what its own examples begin with.
fn is_insured(joined: &str) -> bool {
    let prefix = joined.starts_with("QQ")
        || (joined.bytes().take(2).all(|byte| byte.is_ascii_uppercase() && !b"DFIQUV".contains(&byte))
            && joined.as_bytes().get(1) != Some(&b'O'));
    let rest = joined.bytes().skip(2).enumerate();
    joined.len() == 9
        && prefix
        && rest.fold(true, |fits, (place, byte)| {
            fits && if place == 6 { (b'A'..=b'D').contains(&byte) } else { byte.is_ascii_digit() }
        })
}

/// Twelve digits that begin as the references of the e-Referral Service do.
fn booking_reference(text: &Text, groups: &[Group]) -> Option<Span> {
    let window = exactly(groups, 12, |gap| gap.is_of(" -."))?;
    let grouped = window.len() == 1 || window.iter().all(|group| group.digits.len() == 4);
    // No end of a UUID.
    let begins = window.first()?.from.checked_sub(1).and_then(|at| text.letter(at)) != Some('-');
    (grouped && begins && matches!(digits(window).as_slice(), [0, 0, 0, ..]))
        .then(|| span(Kind::BookingReference, window))?
}

/// A number after a word that says what it is.
fn labelled(text: &Text, at: usize, groups: &[Group]) -> Option<Span> {
    let (kind, least, skip) = label(text, at)?;
    let mut next = at.saturating_add(skip);
    let fillers = ["is", "no", "nos", "number", "on", "num", "was", "id", "identifier", "ref", "nr"];
    for _ in 0..2 {
        if fillers.contains(&text.lower(next, 0)) {
            next = next.saturating_add(1);
        }
    }
    let after = text.word(next)?;
    if after.gap.contains([';', '\n']) {
        return None;
    }
    // Letters may stand before the digits, as in `RX 1234567`.
    let near = after.to.saturating_add(2);
    let letters = after.is_alphabetic() && after.letters() > 3;
    let place = groups.iter().position(|group| (after.from..near).contains(&group.from)).filter(|_| !letters)?;
    let rest = groups.get(place..)?;
    let together = |group: &Group| group.gap.is_of(" -._/");
    let count = rest.iter().position(|group| !together(group)).map_or(rest.len(), |last| last.saturating_add(1));
    let window = rest.get(..count)?;
    let all = digits(window);
    let organisational = kind == Kind::Phone && matches!(all.as_slice(), [0, 3 | 8 | 9, ..]);
    let day = kind != Kind::RecordNumber && is_day(window);
    (all.len() >= least && !organisational && !day).then(|| span(kind, window))?
}

/// The kind that the words from a place announce, the digits it needs, and how many words they are.
fn label(text: &Text, at: usize) -> Option<(Kind, usize, usize)> {
    let first = text.word(at)?;
    // Northern Ireland's: `H&C`, `H and C`, `HSC`.
    let care = (1..=2).find(|ahead| first.lower == "h" && text.lower(at, *ahead) == "c");
    let hsc = first.lower == "hsc" && is_numbered(text.lower(at, 1));
    if let Some(ahead) = care.or(hsc.then_some(0)) {
        return Some((Kind::HealthNumber, 9, ahead.saturating_add(1)));
    }
    let spelt = (first.letters() == 1).then(|| acronym(text, at));
    let (label, count) = spelt.as_ref().map_or((first.lower.as_str(), 1), |(label, count)| (label.as_str(), *count));
    let (_, kind, least, needs) = LABELS.iter().find(|(words, ..)| is_one_of(words, label))?;
    let sign = text.after(at, count).is_some_and(|next| next.gap.contains('#'));
    let numbered = is_numbered(text.lower(at, count)) || sign;
    (numbered || *needs == Numbered::May).then_some((*kind, *least, count))
}

/// `M.R.N.`, `H/N`: letters that are one label, and how many words they are.
fn acronym(text: &Text, at: usize) -> (String, usize) {
    let mut label = text.lower(at, 0).to_owned();
    let mut count = 1;
    while let Some(next) =
        text.after(at, count).filter(|next| next.letters() == 1 && matches!(next.gap.as_str(), "." | "/"))
    {
        label.push_str(&next.lower);
        count = count.saturating_add(1);
    }
    (label, count)
}

fn is_numbered(word: &str) -> bool {
    matches!(word, "no" | "nos" | "number" | "numbers" | "num" | "id" | "identifier" | "nr" | "ref")
}

/// A day written in digits, and no number of anybody.
fn is_day(window: &[Group]) -> bool {
    let [a, b, c] = window else {
        return false;
    };
    let number =
        |group: &Group| group.digits.iter().fold(0_u32, |n, digit| n.saturating_mul(10).saturating_add(*digit));
    let year = match c.digits.len() {
        2 => number(c).saturating_add(2000),
        _ => number(c),
    };
    c.digits.len() <= 4 && is_date(number(a), number(b), year)
}
