//! Whether anything can be written at all: one row is, and is read back through another connection.

use crate::{error::AppError, state::AppState};

/// Writes it and reads it.
///
/// # Errors
/// [`AppError::Unavailable`] and its like where it cannot.
pub async fn check_writing(app: &AppState) -> Result<(), AppError> {
    app.writer.check().await
}
