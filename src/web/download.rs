//! Files that a reader keeps.

use std::fmt::Display;

use axum::{
    body::Body,
    http::header,
    response::{IntoResponse, Response},
};

use crate::{error::AppError, state::AppState};

/// What a CSV file is called on the wire.
pub const CSV: &str = "text/csv; charset=utf-8";
/// A PDF.
pub const PDF: &str = "application/pdf";
/// A workbook of Excel.
pub const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// A file, to be saved under a name.
pub fn file(kind: &str, name: &str, bytes: impl Into<Body>) -> Response {
    let save = format!("attachment; filename=\"{name}\"");
    ([(header::CONTENT_TYPE, kind), (header::CONTENT_DISPOSITION, save.as_str())], bytes.into()).into_response()
}

/// What takes its time, such as a PDF, made away from requests.
///
/// # Errors
/// Where too much is being made, or it cannot be made.
pub async fn made<T: Send + 'static, E: Display + Send + 'static>(
    app: &AppState,
    make: impl FnOnce() -> Result<T, E> + Send + 'static,
) -> Result<T, AppError> {
    app.setting.run(make).await?.map_err(|failed| AppError::Fault(failed.to_string()))
}
