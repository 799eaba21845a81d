//! How a write with an id made by the client is answered: 201 where it is new, 200 where it was there before, 409 where the
//! id stands for something else.

use axum::http::StatusCode;
use uuid::Uuid;

use crate::{domain::contact::Outcome, error::AppError, store::days::Written};

/// The status of an answer.
///
/// # Errors
/// [`AppError::IdReused`] where the id stands for something else.
pub fn status(written: Written) -> Result<StatusCode, AppError> {
    written.stands()?;
    Ok(match written {
        Written::Fresh => StatusCode::CREATED,
        Written::Repeat | Written::IdReused | Written::Full => StatusCode::OK,
    })
}

/// What became of the one operation that was handed to the writer.
///
/// # Errors
/// [`AppError::IdReused`] where its id stands for something else, the field where there is no room for it; a fault where
/// the writer said nothing.
pub fn alone(outcomes: &[Outcome]) -> Result<Written, AppError> {
    match outcomes.first() {
        Some(Outcome::Recorded) => Ok(Written::Fresh),
        Some(Outcome::Repeat) => Ok(Written::Repeat),
        Some(Outcome::IdReused) => Err(AppError::IdReused),
        Some(Outcome::Refused(full)) => {
            let (field, message) = full.explain();
            Err(AppError::field(field, message))
        }
        None => Err(AppError::Fault("the writer answered nothing".to_owned())),
    }
}

/// An id made by the client.
///
/// # Errors
/// The field, where it is one of the two that nobody made.
pub fn id(id: Uuid) -> Result<Uuid, AppError> {
    if id.is_nil() || id.is_max() {
        Err(AppError::field("id", "Send a UUIDv7 made for this"))
    } else {
        Ok(id)
    }
}
