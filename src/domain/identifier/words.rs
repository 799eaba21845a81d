//! Lists of words: names, words that look like names, and what tells an organisation from a person.

use std::{collections::HashSet, sync::LazyLock};

type Words = LazyLock<HashSet<&'static str>>;

/// First names common in England, of many origins.
static FIRST_NAMES: Words = LazyLock::new(|| list(include_str!("words/first_names.txt")));
/// Surnames common in England, of many origins.
static SURNAMES: Words = LazyLock::new(|| list(include_str!("words/surnames.txt")));
/// Names that are also words or places, and need a known name beside them.
static ALSO_WORDS: Words = LazyLock::new(|| list(include_str!("words/also_words.txt")));
/// Words that notes begin with a capital and that are no name.
static NOT_NAMES: Words = LazyLock::new(|| list(include_str!("words/not_names.txt")));
static ORGANISATION_WORDS: Words = LazyLock::new(|| list(include_str!("words/organisation_words.txt")));
static STAFF_TITLES: Words = LazyLock::new(|| list(include_str!("words/staff_titles.txt")));

fn list(text: &'static str) -> HashSet<&'static str> {
    text.split_ascii_whitespace().collect()
}

/// Looks a word up whole, without a possessive ending, or by the parts of a double-barrelled name.
fn known(words: &Words, word: &str) -> bool {
    let word = word.strip_suffix("'s").unwrap_or(word);
    words.contains(word) || (word.contains('-') && word.split('-').any(|part| words.contains(part)))
}

pub(super) fn is_first_name(word: &str) -> bool {
    known(&FIRST_NAMES, word)
}

pub(super) fn is_surname(word: &str) -> bool {
    let celtic = word.strip_prefix("o'").or_else(|| word.strip_prefix("mc"));
    known(&SURNAMES, word) || celtic.is_some_and(|rest| rest.len() > 3)
}

pub(super) fn is_also_word(word: &str) -> bool {
    known(&ALSO_WORDS, word)
}

pub(super) fn is_no_name(word: &str) -> bool {
    known(&NOT_NAMES, word) || known(&ORGANISATION_WORDS, word)
}

pub(super) fn is_organisation_word(word: &str) -> bool {
    known(&ORGANISATION_WORDS, word)
}

pub(super) fn is_staff_title(word: &str) -> bool {
    STAFF_TITLES.contains(word)
}

/// Hospitals that are called by a person's name alone.
pub(super) fn is_hospital(first: &str, second: &str) -> bool {
    [
        ("agnes", "hunt"),
        ("florence", "nightingale"),
        ("george", "eliot"),
        ("james", "cook"),
        ("james", "paget"),
        ("john", "radcliffe"),
        ("marie", "curie"),
        ("robert", "jones"),
        ("william", "harvey"),
    ]
    .contains(&(first, second))
}

pub(super) fn is_street(word: &str) -> bool {
    [
        "street", "st", "road", "rd", "avenue", "ave", "lane", "ln", "close", "drive", "crescent", "gardens",
        "terrace", "grove", "court", "place", "way", "walk", "mews", "row", "hill", "green", "square", "rise", "view",
    ]
    .contains(&word)
}
