//! What releases say, written outside the database: a digest a line, beside the anchors of the audit trail. A backup of
//! before a release knows nothing of it, and what is made anew from it may say something else to readers who have the first.

use std::{collections::BTreeMap, fs, io, path::Path};

use chrono::{DateTime, Utc};

use crate::{
    domain::{digest::hex, disclosure::Content},
    error::AppError,
    jobs::outside::add,
};

/// Name of the file.
const NAME: &str = "releases.log";

/// The digest of each release that was ever published from here, by its number.
///
/// # Errors
/// Where the file is there and cannot be read.
pub(super) fn read(anchors: &Path) -> Result<BTreeMap<u32, String>, AppError> {
    let file = anchors.with_file_name(NAME);
    let text = match fs::read_to_string(&file) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(fault(&file, &error)),
    };
    // A line that a full disk cut off has no number or no whole digest.
    let lines = text.lines().filter_map(|line| {
        let mut words = line.split(' ').skip(1);
        let number = words.next()?.parse().ok()?;
        let digest = words.next().filter(|digest| digest.len() == 64)?;
        Some((number, digest.to_owned()))
    });
    // The first one stands.
    Ok(lines.rev().collect())
}

/// Writes down what a release says.
///
/// # Errors
/// Where the file cannot be written.
pub(super) fn note(anchors: &Path, content: &Content, now: DateTime<Utc>) -> Result<(), AppError> {
    let file = anchors.with_file_name(NAME);
    let line = format!("{} {} {}\n", now.to_rfc3339(), content.number, digest(content)?);
    add(&file, &line).map_err(|error| fault(&file, &error))
}

/// Whether a release says what it said when it was published, if it ever was.
///
/// # Errors
/// Where the file is there and cannot be read.
pub(super) fn agrees(anchors: &Path, content: &Content) -> Result<bool, AppError> {
    let noted = read(anchors)?;
    let said = noted.get(&content.number);
    let now = digest(content)?;
    Ok(said.is_none_or(|said| *said == now))
}

/// Of what is counted: corrections are words about other releases.
fn digest(content: &Content) -> Result<String, AppError> {
    let mut content = content.clone();
    content.notes.clear();
    let text = serde_json::to_string(&content);
    let text = text.map_err(|error| AppError::Fault(error.to_string()))?;
    Ok(hex(&[text.as_bytes()]))
}

fn fault(file: &Path, error: &io::Error) -> AppError {
    AppError::Fault(format!("{}: {error}", file.display()))
}
