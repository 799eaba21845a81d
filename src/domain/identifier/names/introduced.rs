//! A name after a word that a person follows: `pt Jane Doe`, `patient: J. Smith`, `his wife Margaret`.

use super::super::{
    kinds::IdentifierKind as Kind,
    text::{Text, Word},
    words::Sorts,
};
use super::looks::{Look, after_initials, after_particles, belongs_to_thing, is_named, is_town, look};

type Found = Option<(Kind, usize)>;

const FILLERS: &[&str] =
    &["is", "was", "called", "named", "name", "of", "known", "as", "mr", "full", "initials", "surname"];

pub(super) fn introduced(text: &Text, at: usize) -> Found {
    let word = text.word(at)?;
    let (sure, kin) = (word.acts(Sorts::PERSON), word.acts(Sorts::KIN));
    if !word.acts(Sorts::PERSON | Sorts::KIN | Sorts::TOPIC) {
        return None;
    }
    let mut next = at.saturating_add(1);
    for _ in 0..2 {
        if FILLERS.contains(&text.lower(next, 0)) {
            next = next.saturating_add(1);
        }
    }
    let first = text.word(next)?;
    let thing = belongs_to_thing(text, next, next)
        || text.after(next, 1).is_some_and(|second| second.is_next() && second.is_capitalised())
            && belongs_to_thing(text, next, next.saturating_add(1));
    if !is_near(first) || first.is(Sorts::STAFF_TITLE) || (!kin && thing) {
        return None;
    }
    let found =
        initialled(text, next, sure).or_else(|| in_full(text, next, sure)).or_else(|| alone(text, at, next, sure));
    found.map(|last| (Kind::PersonName, last))
}

fn is_near(word: &Word) -> bool {
    word.gap.chars().count() <= 3 && word.gap.chars().all(|c| " :-.(,=\n\"'/".contains(c))
}

/// `pt J. Smith`, `patient JS`.
fn initialled(text: &Text, next: usize, sure: bool) -> Option<usize> {
    let after = after_initials(text, next)?;
    let name = after_particles(text, after)?;
    let named = |name: &Word| (look(name) != Look::No && name.is_capitalised()) || is_town(name);
    let told = text.capitals_tell || text.word(next)?.text != "I";
    if after > next && told && text.word(name).is_some_and(named) {
        return Some(name);
    }
    let only = text.word(next)?;
    let initials = only.is_all_capitals() && only.letters() == 2 && !only.is(Sorts::SHORT_FORM);
    (sure && initials).then_some(next)
}

/// `pt Jane Doe`.
fn in_full(text: &Text, next: usize, sure: bool) -> Option<usize> {
    let first = text.word(next)?;
    let last = after_particles(text, next.checked_add(1)?)?;
    let second = text.word(last)?;
    let near = matches!(second.gap.as_str(), " " | ", " | "  ");
    let named =
        |word: &Word| word.is_capitalised() && (look(word) != Look::No || is_named(text, word) || is_town(word));
    let plain = |word: &Word| matches!(look(word), Look::Known | Look::Stranger);
    let listed = first.is(Sorts::FIRST_NAME) && second.is(Sorts::SURNAME);
    let both = named(first) && named(second) && (plain(first) || plain(second) || listed) && !first.is_possessive;
    let labelled = first.gap.contains([':', '=', '-']);
    let known = first.is(Sorts::FIRST_NAME) || look(first) == Look::Stranger;
    (near && both && (sure || labelled || known) && !belongs_to_thing(text, next, last)).then_some(last)
}

/// `pt Mary`, `his wife Margaret`: one name alone. A surname with a possessive ending is an illness or a clinic.
fn alone(text: &Text, at: usize, next: usize, sure: bool) -> Option<usize> {
    let first = text.word(next)?;
    let topic = text.word(at)?.acts(Sorts::TOPIC);
    let illness = first.is_possessive && (topic || first.is(Sorts::EPONYM));
    let place = topic && first.is(Sorts::PLACE | Sorts::EPONYM);
    let labelled = matches!(text.lower(at, 0), "surname" | "forename" | "firstname" | "lastname");
    let known =
        (look(first) == Look::Known && (sure || first.is_capitalised())) || (labelled && look(first) == Look::Stranger);
    (known && !illness && !place).then_some(next)
}
