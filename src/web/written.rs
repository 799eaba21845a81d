//! How a write with an id made by the client is answered: 201 where it is new, 200 where it was there before, 409 where the
//! id stands for something else.

use axum::http::StatusCode;
use uuid::Uuid;

use crate::{error::AppError, operations, store::write};

/// The status of an answer.
///
/// # Errors
/// [`AppError::IdReused`] where the id stands for something else.
pub fn status(written: write::Outcome) -> Result<StatusCode, AppError> {
    written.or_conflict()?;
    Ok(match written {
        write::Outcome::New => StatusCode::CREATED,
        write::Outcome::Repeat | write::Outcome::IdReused | write::Outcome::Full => StatusCode::OK,
    })
}

/// The status of an answer to an operation.
pub fn answer(written: operations::Written) -> StatusCode {
    match written {
        operations::Written::New => StatusCode::CREATED,
        operations::Written::Repeat => StatusCode::OK,
    }
}

/// An id made by the client.
///
/// # Errors
/// The field, where it is one of the two that nobody made.
pub fn id(id: Uuid) -> Result<Uuid, AppError> {
    if id.is_nil() || id.is_max() { Err(AppError::field("id", "Send a UUIDv7 made for this")) } else { Ok(id) }
}
