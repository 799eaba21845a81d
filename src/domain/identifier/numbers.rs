//! NHS numbers, however they are written.

use super::{
    dates::is_date,
    kinds::IdentifierKind,
    text::{Span, Text, Word},
    words::is_one_of,
};

/// Digits that stand together, or one that is spelt out.
#[derive(Debug)]
pub(super) struct Group {
    pub(super) digits: Vec<u32>,
    pub(super) from: usize,
    pub(super) to: usize,
    /// What stands between this group and the next.
    pub(super) gap: Gap,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Gap {
    /// Nothing but signs.
    Signs(String),
    /// Words that say a number goes on, such as `(cont.)` or `dash`.
    GoesOn,
    /// A short word or two of any kind.
    Words,
    Far,
}

impl Gap {
    /// Whether there is nothing but these signs.
    pub(super) fn is_of(&self, signs: &str) -> bool {
        matches!(self, Self::Signs(gap) if gap.chars().all(|c| signs.contains(c)))
    }

    fn of(between: &str) -> Self {
        let mut words = between.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).peekable();
        match between.chars().count() {
            ..=5 if words.peek().is_none() => Self::Signs(between.to_owned()),
            ..=24 if words.clone().count() <= 3 => {
                let goes_on = |word: &str| is_one_of(GOES_ON, &word.to_lowercase());
                if words.peek().is_some() && words.all(goes_on) { Self::GoesOn } else { Self::Words }
            }
            _ => Self::Far,
        }
    }
}

/// What stands within a number that is read out, or broken at the end of a line.
const GOES_ON: &str = "and cont contd continued continues then dash hyphen dot point stop space slash stroke next \
    followed by line over ends ending last rest digits page new";

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

pub(super) fn find(text: &Text, groups: &[Group], spans: &mut Vec<Span>) {
    for at in 0..groups.len() {
        spans.extend(groups.get(at..).and_then(nhs_number));
    }
    for at in 0..text.words.len() {
        spans.extend(broken(text, at, groups));
    }
}

/// The digits of a text, in its order.
pub(super) fn groups(text: &Text) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    let mut run = Vec::new();
    for word in &text.words {
        if let Some(said) = spelt(&word.lower) {
            run.push((said, word));
        } else {
            groups.extend(said_aloud(&run));
            groups.extend(in_word(word));
            run.clear();
        }
    }
    groups.extend(said_aloud(&run));
    let ends: Vec<usize> = groups.iter().skip(1).map(|group| group.from).collect();
    for (group, end) in groups.iter_mut().zip(ends) {
        if end.saturating_sub(group.to) <= 24 {
            group.gap = Gap::of(&text.between(group.to, end));
        }
    }
    groups
}

/// A digit as it is said, or how often the next is.
enum Said {
    Digit(u32),
    Times(usize),
}

fn spelt(word: &str) -> Option<Said> {
    let words = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];
    match word {
        "oh" | "o" | "nought" => Some(Said::Digit(0)),
        "double" => Some(Said::Times(2)),
        "treble" | "triple" => Some(Said::Times(3)),
        word => words.iter().zip(0..).find_map(|(said, digit)| (*said == word).then_some(Said::Digit(digit))),
    }
}

/// The digits of a run of such words; one or two alone count things.
fn said_aloud(run: &[(Said, &Word)]) -> Vec<Group> {
    let mut times = None;
    let mut groups = Vec::new();
    for (said, word) in run.iter().filter(|_| run.len() > 2) {
        match said {
            Said::Times(n) => times = Some((*n, word.from)),
            Said::Digit(digit) => {
                let (times, from) = times.take().unwrap_or((1, word.from));
                groups.push(Group { digits: vec![*digit; times], from, to: word.to, gap: Gap::Far });
            }
        }
    }
    groups
}

fn in_word(word: &Word) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for (at, digit) in word.text.chars().enumerate().filter_map(|(at, c)| Some((at, c.to_digit(10)?))) {
        let from = word.from.saturating_add(at);
        let to = from.saturating_add(1);
        match groups.last_mut().filter(|group| group.to == from) {
            Some(last) => {
                last.digits.push(digit);
                last.to = to;
            }
            None => groups.push(Group { digits: vec![digit], from, to, gap: Gap::Far }),
        }
    }
    groups
}

/// Groups from the first that make up exactly `total` digits, with gaps that `goes_on` lets pass.
pub(super) fn exactly(groups: &[Group], total: usize, goes_on: impl Fn(&Gap) -> bool) -> Option<&[Group]> {
    let mut sum: usize = 0;
    for (count, group) in groups.iter().enumerate() {
        sum = sum.saturating_add(group.digits.len());
        if sum >= total {
            return groups.get(..=count).filter(|_| sum == total);
        }
        if !goes_on(&group.gap) {
            return None;
        }
    }
    None
}

pub(super) fn digits(groups: &[Group]) -> Vec<u32> {
    groups.iter().flat_map(|group| group.digits.iter().copied()).collect()
}

pub(super) fn span(kind: IdentifierKind, groups: &[Group]) -> Option<Span> {
    Some((kind, groups.first()?.from, groups.last()?.to))
}

fn nhs_number(groups: &[Group]) -> Option<Span> {
    let window = exactly(groups, 10, |gap| *gap != Gap::Far).filter(|window| is_one_number(window))?;
    (passes(&digits(window)) && !holds_date(window)).then(|| span(IdentifierKind::NhsNumber, window))?
}

/// Whether what stands between its groups leaves a number one number.
fn is_one_number(window: &[Group]) -> bool {
    let gaps = || window.iter().take(window.len().saturating_sub(1)).map(|group| &group.gap);
    let customary = window.iter().map(|group| group.digits.len()).eq([3, 3, 4]);
    let single = is_digit_by_digit(window);
    let signs = |gap: &Gap| matches!(gap, Gap::Signs(_));
    let near = |gap: &Gap| *gap != Gap::Far;
    let listed = |gap: &Gap| matches!(gap, Gap::Signs(signs) if signs.contains([',', ';', '/', ':', '\n']));
    let same = || gaps().zip(gaps().skip(1)).all(|(a, b)| a == b);
    // Any grouping with blanks, hyphens and dots, or with one sign throughout; with marks of a list only the customary
    // one, 3-3-4, or digit by digit.
    gaps().all(|gap| gap.is_of(" \n-._") || *gap == Gap::GoesOn)
        || (gaps().all(|gap| signs(gap) && !listed(gap)) && same())
        || (gaps().all(signs) && (customary || single))
        || (gaps().all(near) && customary)
}

/// Read out one by one, two or three at once where it says `double` or `treble`.
pub(super) fn is_digit_by_digit(window: &[Group]) -> bool {
    window.len() > 6 && window.iter().all(|group| group.digits.len() <= 3)
}

/// A date and another number beside it, such as `12.11.2026 14`: the marks within the date differ from the one
/// beside it. In an NHS number they are the same throughout.
pub(super) fn holds_date(window: &[Group]) -> bool {
    let [first, second, third, fourth] = window else {
        return false;
    };
    let number =
        |group: &Group| group.digits.iter().fold(0_u32, |n, digit| n.saturating_mul(10).saturating_add(*digit));
    let date = |day: &Group, month: &Group, year: &Group| {
        is_date(number(day), number(month), number(year)) || is_date(number(year), number(month), number(day))
    };
    let [a, b, c] = [&first.gap, &second.gap, &third.gap];
    let mark = |gap: &Gap| !gap.is_of(" ");
    (a == b && mark(a) && c != a && date(first, second, third))
        || (b == c && mark(b) && a != b && date(second, third, fourth))
}

/// Digits after the words `NHS number` that make one up, whatever stands between them.
fn broken(text: &Text, at: usize, groups: &[Group]) -> Option<Span> {
    let label = text.word(at).filter(|word| matches!(word.lower.as_str(), "nhs" | "nhsno"))?;
    let first = groups.partition_point(|group| group.from < label.to);
    let window = exactly(groups.get(first..)?, 10, |gap| *gap != Gap::Far)?;
    let near = window.first()?.from.saturating_sub(label.to) <= 24;
    (near && passes(&digits(window)) && !holds_date(window)).then(|| span(IdentifierKind::NhsNumber, window))?
}
