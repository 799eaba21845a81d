//! A release as files: made once, kept, and served in the bytes whose digest stands on the page.

use std::sync::Arc;

use axum::{
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};

use super::ledger;
use crate::{
    domain::{access::LedgerScope, disclosure::Period},
    error::AppError,
    exchange::release_file,
    state::AppState,
    store::{
        release_files::{self, File, Form},
        releases::{self, Published},
    },
    web::download,
};

/// A file of a release: as it was kept. Until then CSV and JSON are what will be kept; the others are not there.
pub(super) async fn take_away(
    app: &AppState,
    scope: &LedgerScope,
    name: &str,
    asked: &HeaderMap,
) -> Result<Response, AppError> {
    let (number, form) = name.split_once('.').ok_or(AppError::NotFound)?;
    let form: Form = form.parse().map_err(|_| AppError::NotFound)?;
    if number == "all" {
        return take_all(app, scope, form, asked).await;
    }
    let at = app.db.ledger(scope);
    let lines = releases::lines(at).await?;
    let line = ledger::named(&lines, number).ok_or(AppError::NotFound)?;
    let found = app.release_cache.read(at, line).await?.ok_or(AppError::NotFound)?;
    let file = match release_files::one(at, line.number, form).await? {
        Some(kept) => kept,
        None if matches!(form, Form::Csv | Form::Json) => release_file::make(&found, form)?,
        None => return Err(AppError::NotFound),
    };
    let name = format!("headroom-release-{}", found.content.number);
    Ok(answer(&name, &found, file, asked))
}

/// Every release in one file, oldest first.
async fn take_all(app: &AppState, scope: &LedgerScope, form: Form, asked: &HeaderMap) -> Result<Response, AppError> {
    let at = app.db.ledger(scope);
    let mut all = Vec::new();
    for line in releases::lines(at).await?.iter().rev() {
        all.extend(app.release_cache.read(at, line).await?);
    }
    let newest = Arc::clone(all.last().ok_or(AppError::NotFound)?);
    let made = app.setting.run(move || release_file::make_of_all(&all, form));
    Ok(answer("headroom-releases", &newest, made.await??, asked))
}

/// The file as an answer. Its headers say nothing but what the ledger says.
fn answer(name: &str, published: &Published, file: File, asked: &HeaderMap) -> Response {
    let content = &published.content;
    let kind = match file.form {
        Form::Csv => download::CSV,
        Form::Json => "application/json",
        Form::Xlsx => download::XLSX,
        Form::Pdf => download::PDF,
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
