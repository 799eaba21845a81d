//! How a write with an id made by the client is answered: 201 where it is new, 200 where it was there before.

use axum::http::StatusCode;
use uuid::Uuid;

use crate::{error::AppError, operations::Written};

/// The status of the answer.
pub fn status(written: Written) -> StatusCode {
    match written {
        Written::New => StatusCode::CREATED,
        Written::Repeat => StatusCode::OK,
    }
}

/// An id made by the client.
///
/// # Errors
/// The field, where it is one of the two that nobody made.
pub fn id(id: Uuid) -> Result<Uuid, AppError> {
    if id.is_nil() || id.is_max() { Err(AppError::field("id", "Send a UUIDv7 made for this")) } else { Ok(id) }
}
