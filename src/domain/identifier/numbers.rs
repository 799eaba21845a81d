//! Numbers: NHS, National Insurance, records, telephones.

use super::{
    IdentifierKind,
    dates::is_date,
    text::{Span, Text},
};

/// Digits that stand together.
#[derive(Debug)]
struct Group {
    digits: Vec<u32>,
    from: usize,
    to: usize,
    /// What stands between this group and the next, where nothing but separators does.
    gap: Option<String>,
}

/// Whether ten digits pass the Modulus 11 check.
pub(super) fn passes(digits: &[u32]) -> bool {
    let Some((check, stem)) = digits.split_last().filter(|(_, stem)| stem.len() == 9) else {
        return false;
    };
    let weighted = stem.iter().zip((2..=10).rev()).map(|(digit, weight)| digit.saturating_mul(weight));
    let sum: u32 = weighted.sum();
    // 11 stands for 0, and 10 is no digit.
    let expected = 11_u32.saturating_sub(sum.wrapping_rem(11)).wrapping_rem(11);
    expected == *check
}

pub(super) fn find(text: &Text, spans: &mut Vec<Span>) {
    let groups = groups(text);
    for at in 0..groups.len() {
        let rest = groups.get(at..).unwrap_or_default();
        spans.extend(nhs_number(rest));
        spans.extend(phone(text, rest));
    }
    for at in 0..text.words.len() {
        spans.extend(national_insurance(text, at));
        spans.extend(labelled(text, at, &groups));
    }
}

fn groups(text: &Text) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let from = at;
        let mut digits = Vec::new();
        while let Some(digit) = text.letter(at).and_then(|letter| letter.to_digit(10)) {
            digits.push(digit);
            at = at.saturating_add(1);
        }
        if digits.is_empty() {
            at = at.saturating_add(1);
            continue;
        }
        if let Some(last) = groups.last_mut() {
            let gap = text.between(last.to, from);
            let separators = |c| matches!(c, ' ' | '\n' | '-' | '.' | '/' | '_' | ',' | ':' | '(' | ')');
            if gap.chars().count() <= 3 && gap.chars().all(separators) {
                last.gap = Some(gap);
            }
        }
        groups.push(Group { digits, from, to: at, gap: None });
    }
    groups
}

/// Groups from the first that make up exactly `total` digits with gaps of these characters.
fn exactly<'a>(groups: &'a [Group], total: usize, separators: &str) -> Option<&'a [Group]> {
    let mut sum: usize = 0;
    for (count, group) in groups.iter().enumerate() {
        sum = sum.saturating_add(group.digits.len());
        if sum >= total {
            return groups.get(..=count).filter(|_| sum == total);
        }
        if !group.gap.as_ref()?.chars().all(|c| separators.contains(c)) {
            return None;
        }
    }
    None
}

fn digits(groups: &[Group]) -> Vec<u32> {
    groups.iter().flat_map(|group| group.digits.iter().copied()).collect()
}

fn span(kind: IdentifierKind, groups: &[Group]) -> Option<Span> {
    Some((kind, groups.first()?.from, groups.last()?.to))
}

fn nhs_number(groups: &[Group]) -> Option<Span> {
    // Any grouping with blanks, hyphens and dots; with other marks only the customary one, 3-3-4.
    let spaced = exactly(groups, 10, " \n-.");
    let window = spaced.or_else(|| {
        exactly(groups, 10, " \n-./_,:").filter(|window| window.iter().map(|group| group.digits.len()).eq([3, 3, 4]))
    })?;
    (passes(&digits(window)) && !holds_date(window)).then(|| span(IdentifierKind::NhsNumber, window))?
}

/// A date and another number beside it, such as `12.11.2026 14`: the marks within the date differ from the one
/// beside it. In an NHS number they are the same throughout.
fn holds_date(window: &[Group]) -> bool {
    let [first, second, third, fourth] = window else {
        return false;
    };
    let marks = [&first.gap, &second.gap, &third.gap];
    let number =
        |group: &Group| group.digits.iter().fold(0_u32, |n, digit| n.saturating_mul(10).saturating_add(*digit));
    let date = |day: &Group, month: &Group, year: &Group| {
        is_date(number(day), number(month), number(year)) || is_date(number(year), number(month), number(day))
    };
    let [a, b, c] = marks;
    let mark = |gap: &Option<String>| gap.as_deref().is_some_and(|gap| gap != " ");
    (a == b && mark(a) && c != a && date(first, second, third))
        || (b == c && mark(b) && a != b && date(second, third, fourth))
}

/// A number a person can be called on: 01, 02, 05 and 07, national or with the country's code.
fn phone(text: &Text, groups: &[Group]) -> Option<Span> {
    let first = groups.first()?;
    let separators = " \n-.()";
    let plus = first.from.checked_sub(1).and_then(|at| text.letter(at)) == Some('+');
    for total in (10..=15).rev() {
        let Some(window) = exactly(groups, total, separators) else {
            continue;
        };
        let all = digits(window);
        let start = first.digits.as_slice();
        let national = match all.as_slice() {
            [4, 4, 0, rest @ ..] | [4, 4, rest @ ..] if plus => rest,
            [0, 0, 4, 4, 0, rest @ ..] | [0, 0, 4, 4, rest @ ..] => rest,
            // A single 0 apart is no dialling code, and dates begin with two digits.
            [0, rest @ ..] if start.len() >= 3 || (start.len() == 2 && total == 11) => rest,
            [7, ..] if matches!(start.len(), 3 | 4 | 5 | 10) && window.len() <= 3 => &all,
            _ => continue,
        };
        let personal = matches!(national.first(), Some(1 | 2 | 5 | 7));
        if personal && matches!(national.len(), 9 | 10) && !holds_date(window) {
            return span(IdentifierKind::Phone, window);
        }
    }
    None
}

/// `AB 12 34 56 C` in any grouping of its words.
fn national_insurance(text: &Text, at: usize) -> Option<Span> {
    let first = text.word(at)?;
    let mut joined = String::new();
    for word in text.words.get(at..)?.iter().take(5) {
        if word.from != first.from && !word.follows() {
            return None;
        }
        joined.push_str(&word.text.to_uppercase());
        if joined.len() >= 9 {
            let shaped = joined.len() == 9
                && joined.chars().enumerate().all(|(place, c)| match place {
                    0 | 1 => c.is_ascii_uppercase() && !"DFIQUV".contains(c),
                    8 => ('A'..='D').contains(&c),
                    _ => c.is_ascii_digit(),
                });
            return shaped.then_some((IdentifierKind::NationalInsurance, first.from, word.to));
        }
    }
    None
}

/// A number after a word that says what it is.
fn labelled(text: &Text, at: usize, groups: &[Group]) -> Option<Span> {
    let label = text.word(at)?;
    let next = |ahead: usize| at.checked_add(ahead).and_then(|at| text.word(at));
    let second = next(1).map_or("", |word| word.lower.as_str());
    let numbered = matches!(second, "no" | "number" | "num" | "id" | "nr" | "ref");
    let (kind, least, skip) = match label.lower.as_str() {
        "nhs" | "chi" if numbered => (IdentifierKind::NhsNumber, 9, 2),
        "nhs" => (IdentifierKind::NhsNumber, 9, 1),
        "mrn" | "nhi" => (IdentifierKind::RecordNumber, 5, 1),
        "hosp" | "hospital" | "emis" | "patient" | "pt" | "unit" | "systmone" | "tpp" if numbered => {
            (IdentifierKind::RecordNumber, 5, 2)
        }
        "tel" | "telephone" | "phone" | "mob" | "mobile" | "landline" | "ph" => (IdentifierKind::Phone, 6, 1),
        _ => return None,
    };
    let filler = |word: &&str| matches!(*word, "is" | "no" | "number" | "on" | "num" | "was");
    let after = next(skip)?;
    let after = if filler(&after.lower.as_str()) { next(skip.saturating_add(1))? } else { after };
    // Letters may stand before the digits, as in `RX 1234567`.
    let near = after.to.saturating_add(2);
    let place = groups.iter().position(|group| (after.from..near).contains(&group.from))?;
    let rest = groups.get(place..)?;
    let count = rest
        .iter()
        .position(|group| group.gap.as_ref().is_none_or(|gap| gap.contains([',', '/', ':'])))
        .map_or(rest.len(), |last| last.saturating_add(1));
    let window = rest.get(..count)?;
    let all = digits(window);
    let organisational = kind == IdentifierKind::Phone && matches!(all.as_slice(), [0, 3 | 8 | 9, ..]);
    let date = matches!(window, [a, b, c] if a.digits.len() <= 2 && b.digits.len() <= 2 && c.digits.len() <= 4 && all.len() <= 8);
    (all.len() >= least && !organisational && !date).then(|| span(kind, window))?
}
