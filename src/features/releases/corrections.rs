//! Corrections of releases: recorded by whoever runs the service, said by the next release.

use entity::ids::RowId;
use serde::Serialize;
use uuid::Uuid;

use crate::{
    audit::Event,
    domain::{
        access::{self, Authority, EverywhereScope},
        disclosure::{Period, correction},
        organisation::{PracticeOn, View},
    },
    error::{AppError, FieldError},
    state::AppState,
    store::{
        corrections::{self, Stands},
        releases,
    },
    web::forms,
    writer::Tx,
};

/// A correction was recorded. Its words are public with the next release.
#[derive(Debug, Serialize)]
struct CorrectionRecorded {
    id: RowId,
    note: String,
}

impl Event for CorrectionRecorded {
    const NAME: &'static str = "release-correction.recorded";
}

/// A correction was taken back before a release said it.
#[derive(Debug, Serialize)]
struct CorrectionTakenBack {
    id: RowId,
}

impl Event for CorrectionTakenBack {
    const NAME: &'static str = "release-correction.taken-back";
}

/// Reads a note about the release `number`: as the next one would say it.
///
/// # Errors
/// [`AppError::Invalid`] for a release that there is not, for what could identify a patient, and for a practice that is
/// named.
pub async fn read(
    app: &AppState,
    everywhere: EverywhereScope,
    number: u32,
    note: &str,
) -> Result<String, AppError> {
    let ledger = access::ledger_of(everywhere);
    let lines = releases::lines(app.db.ledger(&ledger)).await?;
    if lines.iter().all(|line| line.number != number) {
        let message = format!("There is no release {number} to correct");
        return Err(AppError::Invalid(vec![FieldError::new("release", message)]));
    }
    let note = check(&*app.organisations().await?, note)
        .map_err(|error| AppError::Invalid(vec![error]))?;
    Ok(correction::of(number, &note))
}

/// Records what the next release says of the release `number`. Answers the note as it will be read.
///
/// # Errors
/// As [`read`]; [`AppError::Conflict`] where too many wait, or it was said before.
pub async fn record(
    app: &AppState,
    (authority, everywhere): (&impl Authority, EverywhereScope),
    number: u32,
    note: &str,
) -> Result<String, AppError> {
    let said = read(app, everywhere, number, note).await?;
    let (id, row) = (RowId(Uuid::now_v7()), said.clone());
    app.writer
        .write(authority, move |tx| {
            Box::pin(async move {
                corrections::hold(tx.conn()).await?;
                let all = corrections::all(tx.read(&everywhere)).await?;
                let mut same = all.iter().filter(|one| one.note == row);
                if same.any(|one| one.stands != Stands::TakenBack) {
                    return Err(AppError::Conflict(
                        "This correction waits already, or a release says it",
                    ));
                }
                let mut waiting = all.iter().filter(|one| one.stands == Stands::Waits);
                if waiting.nth(correction::MOST - 1).is_some() {
                    return Err(AppError::Conflict(
                        "Ten corrections wait for the next release already: take one back, or say two things in one",
                    ));
                }
                let after = newest(tx, &everywhere).await?;
                corrections::add(tx.conn(), id, (row.clone(), None), after, tx.now()).await?;
                let event = CorrectionRecorded { id, note: row };
                Ok(tx.audit_service(&event).await?)
            })
        })
        .await?;
    Ok(said)
}

/// Takes a correction back that no release has said yet.
///
/// # Errors
/// [`AppError::NotFound`]; [`AppError::Conflict`] where it is published, or was taken back.
pub async fn take_back(
    app: &AppState,
    (authority, everywhere): (&impl Authority, EverywhereScope),
    id: RowId,
) -> Result<(), AppError> {
    app.writer
        .write(authority, move |tx| {
            Box::pin(async move {
                corrections::hold(tx.conn()).await?;
                let all = corrections::all(tx.read(&everywhere)).await?;
                let found = all.iter().find(|one| one.id == id);
                match found.ok_or(AppError::NotFound)?.stands {
                    Stands::Waits => {}
                    Stands::Published(_) => {
                        return Err(AppError::Conflict(
                            "A release says this already, and a release never changes: record another correction",
                        ));
                    }
                    Stands::TakenBack => {
                        return Err(AppError::Conflict("It was taken back before"));
                    }
                }
                let row = (String::new(), Some(id));
                let new = RowId(Uuid::now_v7());
                corrections::add(tx.conn(), new, row, newest(tx, &everywhere).await?, tx.now()).await?;
                Ok(tx.audit_service(&CorrectionTakenBack { id }).await?)
            })
        })
        .await
}

/// The newest release that this transaction sees.
async fn newest(tx: &Tx, everywhere: &EverywhereScope) -> Result<u32, AppError> {
    let newest = releases::newest_period(tx.read(everywhere)).await?;
    Ok(newest.map_or(0, Period::index))
}

/// A note that names no patient and no practice: releases say nothing of one practice, and no more does what corrects them.
fn check(organisations: &View, note: &str) -> Result<String, FieldError> {
    let refuse = |sentence: String| Err(FieldError::new("note", sentence));
    let Some(note) = forms::short_text(note, "note", correction::LONGEST)? else {
        return refuse("Say what was wrong".to_owned());
    };
    if note
        .split(' ')
        .any(|word| word.chars().count() > LONGEST_WORD)
    {
        return refuse(format!(
            "Use words of at most {LONGEST_WORD} characters: longer ones cannot be printed on one line"
        ));
    }
    match practice_in(organisations, &note) {
        Some(name) => refuse(format!(
            "This names a practice, {name}. Say which area it is about"
        )),
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
    words
        .filter(|word| !GENERAL.contains(&word.as_str()))
        .collect()
}
