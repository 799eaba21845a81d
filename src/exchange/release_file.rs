//! A release as a file, in each form in which it is kept.

use std::sync::Arc;

use super::{pdf::ReleaseData, release_csv, release_json::ReleaseOut, release_xlsx};
use crate::{
    domain::disclosure::Content,
    error::AppError,
    store::{
        release_files::{File, Form},
        releases::Published,
    },
};

/// Makes one file. The same release gives the same bytes. A PDF takes some hundredths of a second of a core: call it
/// from a thread that may block.
///
/// # Errors
/// A fault of ours.
pub fn make(published: &Published, form: Form) -> Result<File, AppError> {
    let content = &published.content;
    let fault = |error: &dyn std::error::Error| AppError::Fault(error.to_string());
    let bytes = match form {
        Form::Csv => release_csv::write(&[content]),
        Form::Json => serde_json::to_vec(&ReleaseOut::new(published)).map_err(|error| fault(&error))?,
        Form::Xlsx => release_xlsx::write(&[content]).map_err(|error| fault(&error))?,
        Form::Pdf => ReleaseData::of(content).render().map_err(|error| fault(&error))?,
    };
    Ok(File::new(form, bytes))
}

/// Makes one file of every release, oldest first: a table, so CSV or a spreadsheet. Call it from a thread that may block.
///
/// # Errors
/// A fault of ours; [`AppError::NotFound`] for another form.
pub fn make_of_all(all: &[Arc<Published>], form: Form) -> Result<File, AppError> {
    let contents: Vec<&Content> = all.iter().map(|published| &published.content).collect();
    let bytes = match form {
        Form::Csv => release_csv::write(&contents),
        Form::Xlsx => release_xlsx::write(&contents).map_err(|error| AppError::Fault(error.to_string()))?,
        Form::Pdf | Form::Json => return Err(AppError::NotFound),
    };
    Ok(File::new(form, bytes))
}
