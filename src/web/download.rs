//! Files that a reader keeps.

use std::{fmt::Display, io::SeekFrom};

use axum::{
    body::{Body, Bytes},
    http::header,
    response::{IntoResponse, Response},
};

use tokio::{
    fs::File,
    io::{AsyncReadExt, AsyncSeekExt, AsyncWriteExt},
};

use crate::{
    error::AppError,
    state::{AppState, ExportTurn},
};

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

/// Bytes read at a time from a file on its way out.
const PIECE: usize = 64 * 1024;

/// A large file while it is made: on the disk without a name, so that memory stays bounded and nothing is left behind.
/// Whoever asked hears of a mistake before the first byte.
#[derive(Debug)]
pub struct Spool(File);

impl Spool {
    /// An empty one.
    ///
    /// # Errors
    /// Where the disk does not take it.
    pub fn new(app: &AppState) -> Result<Self, AppError> {
        let file = tempfile::tempfile_in(&app.settings.data).or_else(|_| tempfile::tempfile());
        file.map(|file| Self(File::from_std(file))).map_err(|error| disk(&error))
    }

    /// One that was written.
    pub fn of(file: std::fs::File) -> Self {
        Self(File::from_std(file))
    }

    /// Adds to it.
    ///
    /// # Errors
    /// Where the disk is full.
    pub async fn write(&mut self, bytes: &[u8]) -> Result<(), AppError> {
        self.0.write_all(bytes).await.map_err(|error| disk(&error))
    }
}

/// What a disk says, in our words.
pub fn disk(error: &std::io::Error) -> AppError {
    match error.kind() {
        std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => AppError::NoSpace,
        _ => AppError::Fault(error.to_string()),
    }
}

/// A large file, to be saved under a name. Whoever asked has their turn until it was taken.
///
/// # Errors
/// Where the disk does not give it back.
pub async fn spooled(kind: &str, name: &str, spool: Spool, turn: ExportTurn) -> Result<Response, AppError> {
    let mut file = spool.0;
    file.flush().await.map_err(|error| disk(&error))?;
    file.seek(SeekFrom::Start(0)).await.map_err(|error| disk(&error))?;
    let pieces = futures::stream::try_unfold((file, turn), |(mut file, turn)| async move {
        let mut piece = vec![0; PIECE];
        let n = file.read(&mut piece).await?;
        piece.truncate(n);
        Ok::<_, std::io::Error>((n > 0).then(|| (Bytes::from(piece), (file, turn))))
    });
    Ok(self::file(kind, name, Body::from_stream(pieces)))
}
