//! A release as files: made once, kept, and served in the bytes whose digest stands on the page.

use std::sync::Arc;

use axum::{
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};

use super::api::ReleaseOut;
use crate::{
    domain::disclosure::{Content, Period},
    error::AppError,
    exchange::{pdf::ReleaseData, release_csv, release_xlsx},
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
pub(super) fn make_of_all(all: &[Arc<Published>], form: Form) -> Result<File, AppError> {
    let contents: Vec<&Content> = all.iter().map(|published| &published.content).collect();
    let bytes = match form {
        Form::Csv => release_csv::write(&contents),
        Form::Xlsx => release_xlsx::write(&contents).map_err(|error| AppError::Fault(error.to_string()))?,
        Form::Pdf | Form::Json => return Err(AppError::NotFound),
    };
    Ok(File::new(form, bytes))
}

/// The file as an answer. Its headers say nothing but what the ledger says.
pub(super) fn answer(published: &Published, file: File, asked: &HeaderMap) -> Response {
    let name = format!("headroom-release-{}", published.content.number);
    named_answer(&name, published, file, asked)
}

/// The same of every release, of which this is the newest.
pub(super) fn answer_of_all(newest: &Published, file: File, asked: &HeaderMap) -> Response {
    named_answer("headroom-releases", newest, file, asked)
}

fn named_answer(name: &str, published: &Published, file: File, asked: &HeaderMap) -> Response {
    let content = &published.content;
    let kind = match file.form {
        Form::Csv => "text/csv; charset=utf-8",
        Form::Json => "application/json",
        Form::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        Form::Pdf => "application/pdf",
    };
    let etag = format!("\"{}\"", file.sha256);
    let modified = Period::new(content.year, content.period)
        .map(|period| period.due_at().format("%a, %d %b %Y %H:%M:%S GMT").to_string())
        .unwrap_or_default();
    let same = asked.get_all(header::IF_NONE_MATCH).iter().any(|seen| seen.as_bytes() == etag.as_bytes());
    let marks = [(header::ETAG, etag), (header::LAST_MODIFIED, modified)];
    if same {
        return (StatusCode::NOT_MODIFIED, marks).into_response();
    }
    let name = format!("{name}.{}", file.form.code());
    let disposition = match file.form {
        // A program reads it, a person looks at it where it opens.
        Form::Json => format!("inline; filename=\"{name}\""),
        _ => format!("attachment; filename=\"{name}\""),
    };
    let headers = [(header::CONTENT_TYPE, kind.to_owned()), (header::CONTENT_DISPOSITION, disposition)];
    (marks, headers, file.bytes).into_response()
}
