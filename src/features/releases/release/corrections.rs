//! Corrections of releases: recorded by whoever runs the service, said by the next release.

use crate::{
    domain::{
        access::{self, By, EverywhereScope},
        disclosure::correction,
        organisation::{PracticeOn, View},
    },
    error::{AppError, FieldError},
    operations::record_correction::RecordCorrection,
    state::AppState,
    store::releases,
    web::forms,
};

/// Reads a note about the release `number`: as the next one would say it.
///
/// # Errors
/// [`AppError::Invalid`] for a release that there is not, for what could identify a patient, and for a practice that is
/// named.
pub async fn read(app: &AppState, everywhere: EverywhereScope, number: u32, note: &str) -> Result<String, AppError> {
    let ledger = access::ledger_of(everywhere);
    let lines = releases::lines(app.db.ledger(&ledger)).await?;
    if lines.iter().all(|line| line.number != number) {
        let message = format!("There is no release {number} to correct");
        return Err(AppError::Invalid(vec![FieldError::new("release", message)]));
    }
    let note = check(&*app.organisations().await?, note).map_err(|error| AppError::Invalid(vec![error]))?;
    Ok(correction::of(number, &note))
}

/// Records what the next release says of the release `number`. Answers the note as it will be read.
///
/// # Errors
/// As [`read`]; [`AppError::Conflict`] where too many wait, or it was said before.
pub async fn record(app: &AppState, by: &By<EverywhereScope>, number: u32, note: &str) -> Result<String, AppError> {
    let note = read(app, *by.scope(), number, note).await?;
    let correction = RecordCorrection { note: note.clone() };
    correction.perform(app, by).await?;
    Ok(note)
}

/// A note that names no patient and no practice: releases say nothing of one practice, and no more does what corrects them.
fn check(organisations: &View, note: &str) -> Result<String, FieldError> {
    let refuse = |sentence: String| Err(FieldError::new("note", sentence));
    let Some(note) = forms::short_text(note, "note", correction::LONGEST)? else {
        return refuse("Say what was wrong".to_owned());
    };
    if note.split(' ').any(|word| word.chars().count() > LONGEST_WORD) {
        return refuse(format!(
            "Use words of at most {LONGEST_WORD} characters: longer ones cannot be printed on one line"
        ));
    }
    match practice_in(organisations, &note) {
        Some(name) => refuse(format!("This names a practice, {name}. Say which area it is about")),
        None => Ok(note),
    }
}

/// The longest word that a page takes in one line.
const LONGEST_WORD: usize = 60;

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
