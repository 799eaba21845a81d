//! Telephone numbers a person can be called on.

use super::{
    kinds::IdentifierKind,
    numbers::{Group, digits, exactly, holds_date, is_digit_by_digit, span},
    text::{Span, Text},
};

pub(super) fn find(text: &Text, groups: &[Group], spans: &mut Vec<Span>) {
    for at in 0..groups.len() {
        spans.extend(groups.get(at..).and_then(|rest| phone(text, rest)));
    }
}

/// 01, 02, 05 and 07, national or with the country's code.
fn phone(text: &Text, groups: &[Group]) -> Option<Span> {
    let first = groups.first()?;
    let plus = first.from.checked_sub(1).and_then(|at| text.letter(at)) == Some('+');
    for total in (10..=15).rev() {
        let Some(window) = exactly(groups, total, |gap| gap.is_of(" \n-.()/,_")) else {
            continue;
        };
        let all = digits(window);
        let start = first.digits.as_slice();
        let spelt = is_digit_by_digit(window);
        let national = match all.as_slice() {
            [4, 4, 0, rest @ ..] | [4, 4, rest @ ..] if plus => rest,
            [0, 0, 4, 4, 0, rest @ ..] | [0, 0, 4, 4, rest @ ..] => rest,
            // A single 0 apart is no dialling code, and dates begin with two digits.
            [0, rest @ ..] if start.len() >= 3 || ((start.len() == 2 || spelt) && total == 11) => rest,
            [7, ..] if matches!(start.len(), 3 | 4 | 5 | 10) && window.len() <= 3 => &all,
            _ => continue,
        };
        let personal = matches!(national.first(), Some(1 | 2 | 5 | 7));
        if personal && matches!(national.len(), 9 | 10) && !holds_date(window) && !is_of_a_machine(text, first.from) {
            return span(IdentifierKind::Phone, window);
        }
    }
    None
}

/// Numbers of laboratories, orders and codes can begin as telephones do; then a word says whose they are.
fn is_of_a_machine(text: &Text, from: usize) -> bool {
    let before = text.words.partition_point(|word| word.to <= from);
    let word = |back: usize| text.before(before, back).map_or("", |word| word.lower.as_str());
    let said = |word: &str| {
        [
            "lab",
            "laboratory",
            "specimen",
            "accession",
            "snomed",
            "order",
            "invoice",
            "po",
            "batch",
            "lot",
            "barcode",
            "asset",
            "serial",
            "code",
        ]
        .contains(&word)
    };
    said(word(1)) || (matches!(word(1), "no" | "number" | "id" | "ref" | "code" | "is") && said(word(2)))
}
