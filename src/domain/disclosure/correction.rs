//! What a release says of an earlier one that was wrong: a note that everybody may read, with the number it is about.

use crate::domain::{
    identifier,
    organisation::{PracticeOn, View},
};

/// Characters of a note.
pub const LONGEST: usize = 500;
/// Notes that wait for one release.
pub const MOST: usize = 10;
/// The longest word that a page takes in one line.
const LONGEST_WORD: usize = 60;

/// The note as a release says it.
pub fn of(number: u32, note: &str) -> String {
    format!("Release {number}: {note}")
}

/// What a note says about a release, where it is about that one.
pub fn about(said: &str, number: u32) -> Option<&str> {
    said.strip_prefix(&of(number, ""))
}

/// A note that names no patient and no practice: releases say nothing of one practice, and no more does what corrects them.
///
/// # Errors
/// A sentence.
pub fn check(organisations: &View, typed: &str) -> Result<String, String> {
    let line = typed.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.is_empty() {
        return Err("Say what was wrong".to_owned());
    }
    let note = identifier::check_note(&line, LONGEST).map_err(|refused| refused.to_string())?;
    if note.as_str().split(' ').any(|word| word.chars().count() > LONGEST_WORD) {
        return Err(format!(
            "Use words of at most {LONGEST_WORD} characters: longer ones cannot be printed on one line"
        ));
    }
    match practice_in(organisations, note.as_str()) {
        Some(name) => Err(format!("This names a practice, {name}. Say which area it is about")),
        None => Ok(note.into()),
    }
}

/// The first practice that a text names: by its code however it is spaced, or by two words of its name that are not what
/// practices are called in general. Whoever types a note decides; this catches what slips in.
fn practice_in(organisations: &View, text: &str) -> Option<String> {
    let letters: String = text.chars().filter(char::is_ascii_alphanumeric).collect();
    let letters = letters.to_ascii_uppercase().replace('O', "0");
    let words = own(text);
    let named = |practice: &&PracticeOn| {
        let code = practice.code.as_str().replace('O', "0");
        let own = own(&practice.name);
        let said = || words.windows(own.len()).any(|some| *some == own[..]);
        letters.contains(&code) || (own.len() > 1 && said())
    };
    let mut all = organisations.all_practices();
    all.find(named).map(|found| found.name.to_string())
}

/// Words of which the names of many practices are made.
const GENERAL: [&str; 16] = [
    "the",
    "surgery",
    "practice",
    "practices",
    "medical",
    "health",
    "healthcare",
    "centre",
    "center",
    "group",
    "clinic",
    "gp",
    "dr",
    "drs",
    "and",
    "partners",
];

/// The words of a text that are its own, in small letters.
fn own(text: &str) -> Vec<String> {
    let words = text.split(|c: char| !c.is_alphanumeric());
    let words = words.filter(|word| !word.is_empty()).map(str::to_lowercase);
    words.filter(|word| !GENERAL.contains(&word.as_str())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_is_about_the_release_it_names_and_no_other() {
        let said = of(1, "An item was counted twice.");
        assert_eq!(about(&said, 1), Some("An item was counted twice."));
        assert_eq!(about(&said, 11), None);
        assert_eq!(about(&of(11, "x"), 1), None);
    }
}
