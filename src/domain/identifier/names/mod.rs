//! Names of people: after a title, after a word such as `patient`, two side by side, and initials with an age.

mod initials;
mod introduced;
mod looks;
mod pairs;
mod titled;

use super::{
    kinds::IdentifierKind,
    text::{Span, Text},
};

/// A rule finds from a place what begins there: its kind, and the place of its last word.
type Rule = fn(&Text, usize) -> Option<(IdentifierKind, usize)>;

/// In this order: the first that finds something says what it is.
const RULES: [Rule; 6] = [
    titled::titled,
    introduced::introduced,
    pairs::pair,
    initials::with_age,
    initials::with_surname,
    initials::after_surname,
];

pub(super) fn find(text: &Text, spans: &mut Vec<Span>) {
    for at in 0..text.words.len() {
        if let Some((kind, last)) = RULES.iter().find_map(|rule| rule(text, at)) {
            spans.extend(text.span(kind, at, last));
        }
    }
}
