//! Two names side by side: `Jane Doe`, `jane doe`, `Doe, Jane`, `SMITH John`, `Thandiwe Mkhize`.

use super::super::{
    kinds::IdentifierKind as Kind,
    text::{Text, Word},
    words::{Sorts, is_no_person},
};
use super::looks::{Look, after_particles, belongs_to_thing, follows_staff_title, is_named, is_town, look};

type Found = Option<(Kind, usize)>;

pub(super) fn pair(text: &Text, at: usize) -> Found {
    let first = text.word(at)?;
    if first.acts(Sorts::QUARTER) || !first.is_alphabetic() || first.is_possessive || follows_staff_title(text, at) {
        return None;
    }
    let last = second(text, at)?;
    let second = text.word(last)?;
    let comma = matches!(second.gap.as_str(), ", " | ",");
    // `Jane D. Smith`, and no two sentences.
    let joined = second.is_next() || (second.gap == ". " && last > at.saturating_add(1));
    let found = (joined && forwards(text, at, last))
        || ((joined || comma) && backwards(first, second, comma) && !is_listed(text, last))
        || (comma && shouted(first, second))
        || (joined && small(text, at, last));
    (found && !belongs_to_thing(text, at, last)).then_some((Kind::PersonName, last))
}

/// The place of a surname: after a middle initial, a middle name's particle.
fn second(text: &Text, at: usize) -> Option<usize> {
    let mut last = at.checked_add(1)?;
    let second = text.word(last)?;
    if second.is_initial() && !second.is(Sorts::SURNAME) && text.after(last, 1).is_some_and(Word::follows) {
        last = last.checked_add(1)?;
    }
    after_particles(text, last)
}

/// A first name and a surname.
fn forwards(text: &Text, at: usize, last: usize) -> bool {
    let (Some(first), Some(second)) = (text.word(at), text.word(last)) else {
        return false;
    };
    let capitals = first.is_capitalised() && second.is_capitalised();
    let given = first.is(Sorts::FIRST_NAME);
    if !capitals {
        let surname = match look(second) {
            Look::Known => true,
            Look::Also => second.is(Sorts::SURNAME) && !second.is(Sorts::VOCABULARY) && is_dealt_with(text, at, last),
            Look::Stranger | Look::No => false,
        };
        return given && look(first) == Look::Known && surname;
    }
    let verb = first.acts(Sorts::VERB);
    let illness = first.is(Sorts::EPONYM | Sorts::PLACE) || second.is(Sorts::EPONYM | Sorts::PLACE);
    // A name that is a word too, with a capital that says something.
    let worded = second.is(Sorts::NAME) && text.capitals_tell;
    let mixed = last > at.saturating_add(1) || !second.text.is_ascii();
    let dealt = || is_dealt_with(text, at, last);
    match (look(first), look(second)) {
        (Look::Known, Look::Known | Look::Stranger) if given => true,
        (Look::Known, Look::Also) if given => worded && !is_ward(first, second),
        (Look::Known, Look::No) if given => is_named(text, second) || (is_town(second) && !first.acts(Sorts::ROYAL)),
        (Look::Known | Look::Also, Look::Known | Look::Stranger) if !given => {
            (!illness && look(first) == Look::Known)
                || (dealt() && !(first.is(Sorts::PLACE) && second.is(Sorts::PLACE)))
        }
        (Look::Known, Look::Also) => worded && dealt() && !second.is(Sorts::NO_NAME),
        (Look::Known, Look::No) => mixed && is_named(text, second),
        // What begins sentences needs a surname beside it that is nothing else.
        (Look::Also, Look::Known) => second.is(Sorts::SURNAME) || !verb || dealt(),
        (Look::Also, Look::Stranger) => !verb || mixed || dealt(),
        (Look::Also, Look::Also) if given && !verb => worded && (!second.is(Sorts::NO_NAME) || dealt()),
        (Look::Stranger, Look::Known | Look::Stranger) => {
            (!second.is(Sorts::EPONYM) || is_doing(text, last)) && is_long(first, second)
        }
        (Look::Stranger, Look::Also) => worded && !second.is(Sorts::NO_NAME),
        (Look::Stranger, Look::No) => is_named(text, second) && is_doing(text, last) && is_long(first, second),
        (Look::No, Look::Known | Look::Stranger) => is_named(text, first) && (is_after(text, at) || mixed) && !illness,
        _ => false,
    }
}

/// `Victoria Ward` is where the ward sister works.
fn is_ward(first: &Word, second: &Word) -> bool {
    let places = ["ward", "park", "hall", "hill", "lane", "court", "grove", "wing", "square"];
    places.contains(&second.lower.as_str()) && first.acts(Sorts::ROYAL)
}

/// Two short words in no list are more likely abbreviations, unless they have accents.
fn is_long(first: &Word, second: &Word) -> bool {
    let known = look(second) == Look::Known && first.letters() > 2;
    known || first.letters().max(second.letters()) > 3 || !first.text.is_ascii() || !second.text.is_ascii()
}

/// `Doe, Jane`, `DOE Jane`; after a comma the surname may be a word too.
fn backwards(first: &Word, second: &Word, comma: bool) -> bool {
    let capitals = first.is_capitalised() && second.is_capitalised();
    let surname = first.is(Sorts::SURNAME) && (look(first) == Look::Known || (comma && !first.is(Sorts::NO_NAME)));
    capitals && surname && look(second) == Look::Known && second.is(Sorts::FIRST_NAME)
}

/// `Macmillan, Marie Curie and others`: the second word begins a name of its own.
fn is_listed(text: &Text, last: usize) -> bool {
    let (second, third) = (text.lower(last, 0), text.lower(last, 1));
    is_no_person(second, third)
}

/// `OFORI, Kwabena`.
fn shouted(first: &Word, second: &Word) -> bool {
    let plain = second.is_capitalised() && !second.is_all_capitals();
    first.is_all_capitals()
        && plain
        && [first, second].iter().all(|word| matches!(look(word), Look::Known | Look::Stranger))
}

/// `spoke to kwabena ofori`: two words in no list where a name is due.
fn small(text: &Text, at: usize, last: usize) -> bool {
    let contact = ["rang", "phoned", "saw", "telephoned"]
        .contains(&text.before(at, 1).map_or("", |word| word.lower.as_str()))
        || (text.before(at, 2).is_some_and(|word| word.lower == "spoke") && is_dealt_with(text, at, last));
    let unknown = |word: &Word| word.sorts == Sorts::default() && word.is_alphabetic() && word.letters() > 2;
    contact && text.word(at).is_some_and(unknown) && text.word(last).is_some_and(unknown)
}

/// Whether something is done to or by whom the words from `at` to `last` name.
fn is_dealt_with(text: &Text, at: usize, last: usize) -> bool {
    is_after(text, at) || is_doing(text, last)
}

fn is_doing(text: &Text, last: usize) -> bool {
    text.after(last, 1).is_some_and(|word| word.acts(Sorts::AFTER))
}

/// Whether a name is due after the word before.
fn is_after(text: &Text, at: usize) -> bool {
    text.before(at, 1).is_some_and(|word| word.acts(Sorts::BEFORE))
}
