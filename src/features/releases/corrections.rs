//! Corrections of releases: recorded by whoever runs the service, said by the next release.

use entity::ids::{OdsCode, RowId};
use serde::Serialize;
use uuid::Uuid;

use crate::{
    audit::Event,
    domain::{
        access::{self, Authority, EverywhereScope},
        disclosure::{Period, correction},
        organisation::View,
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

/// Records what the next release says of the release `number`. Answers the note as it will be read.
///
/// # Errors
/// [`AppError::Invalid`] for a release that there is not, for what could identify a patient, and for a practice that is
/// named; [`AppError::Conflict`] where too many wait.
pub async fn record(
    app: &AppState,
    (authority, everywhere): (&impl Authority, EverywhereScope),
    number: u32,
    note: &str,
) -> Result<String, AppError> {
    let ledger = access::ledger_of(everywhere);
    if !releases::lines(app.db.ledger(&ledger))
        .await?
        .iter()
        .any(|line| line.number == number)
    {
        let message = format!("There is no release {number} to correct");
        return Err(AppError::Invalid(vec![FieldError::new("release", message)]));
    }
    let note = check(&*app.organisations().await?, note)
        .map_err(|error| AppError::Invalid(vec![error]))?;
    let said = correction::of(number, &note);
    let (id, row) = (RowId(Uuid::now_v7()), said.clone());
    app.writer
        .write(authority, move |tx| {
            Box::pin(async move {
                let all = corrections::all(tx.read(&everywhere)).await?;
                let mut waiting = all.iter().filter(|one| one.stands == Stands::Waits);
                if waiting.clone().any(|one| one.note == row) {
                    return Err(AppError::Conflict("This correction waits already"));
                }
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
    let Some(note) = forms::short_text(note, "note", correction::LONGEST)? else {
        return Err(FieldError::new("note", "Say what was wrong"));
    };
    match practice_in(organisations, &note) {
        Some(name) => Err(FieldError::new(
            "note",
            format!("This names a practice, {name}. Say which area it is about"),
        )),
        None => Ok(note),
    }
}

/// The first practice that a text names, by its code or by its whole name.
fn practice_in(organisations: &View, text: &str) -> Option<String> {
    let plain = plain(text);
    let by_code = text
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter_map(|word| word.to_ascii_uppercase().parse::<OdsCode>().ok())
        .find_map(|code| organisations.practice(&code));
    let named = || {
        organisations
            .all_practices()
            .find(|practice| plain.contains(&self::plain(&practice.name)))
    };
    by_code.or_else(named).map(|found| found.name.to_string())
}

/// Words in small letters with a blank on either side, so that one name is found in a text only as whole words.
fn plain(text: &str) -> String {
    let mut plain = String::from(" ");
    for word in text.split(|c: char| !c.is_alphanumeric()) {
        if !word.is_empty() {
            plain.push_str(&word.to_lowercase());
            plain.push(' ');
        }
    }
    plain
}
