//! Bodies: forms and JSON, whose mistakes become plain refusals.

use axum::{
    extract::{FromRequest, FromRequestParts, Request, rejection::JsonRejection},
    http::{HeaderMap, StatusCode, header::CONTENT_TYPE, request::Parts},
};
use axum_extra::extract::FormRejection;
use entity::ids::LocalDate;
use serde::{Deserialize, de::DeserializeOwned};
use uuid::Uuid;

use crate::{
    domain::{identifier, name},
    error::{AppError, FieldError},
};

/// A form of a page.
#[derive(Debug, Clone)]
pub struct Form<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Form<T> {
    type Rejection = AppError;

    async fn from_request(request: Request, state: &S) -> Result<Self, AppError> {
        match axum_extra::extract::Form::<T>::from_request(request, state).await {
            Ok(axum_extra::extract::Form(form)) => Ok(Self(form)),
            Err(rejection) => Err(form_refused(&rejection)),
        }
    }
}

fn form_refused(rejection: &FormRejection) -> AppError {
    if rejection.status() == StatusCode::UNSUPPORTED_MEDIA_TYPE {
        return AppError::Malformed("send the form as application/x-www-form-urlencoded".into());
    }
    AppError::Malformed("a field of the form is missing, too long or not of its kind".into())
}

/// A JSON body of the API.
#[derive(Debug, Clone)]
pub struct Json<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Json<T> {
    type Rejection = AppError;

    async fn from_request(request: Request, state: &S) -> Result<Self, AppError> {
        match axum::Json::<T>::from_request(request, state).await {
            Ok(axum::Json(body)) => Ok(Self(body)),
            Err(JsonRejection::MissingJsonContentType(_)) => {
                Err(AppError::Malformed("send the body with Content-Type: application/json".into()))
            }
            Err(JsonRejection::JsonDataError(error)) => Err(data_error(&error.body_text())),
            Err(JsonRejection::JsonSyntaxError(_)) => Err(AppError::Malformed("the body is not JSON".into())),
            Err(_) => Err(AppError::Malformed("the body is too large or was cut off".into())),
        }
    }
}

/// `Failed to deserialize …: field: reason at line 1 column 9`: the field and the reason, without the value.
fn data_error(text: &str) -> AppError {
    let reason = text.split_once("target type: ").map_or(text, |(_, reason)| reason);
    let field = reason.split_once(": ").map_or("body", |(field, _)| field);
    let known = field.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '[' | ']'));
    let message = if reason.contains("missing field") {
        "A field is missing: see the OpenAPI document"
    } else if reason.contains("unknown field") {
        "A field is not known: see the OpenAPI document"
    } else {
        "This is not of the expected kind"
    };
    AppError::field(if known { field.to_owned() } else { "body".to_owned() }, message)
}

/// Parts of the path beyond those of the permit. One that is not of its kind names nothing: not found.
#[derive(Debug, Clone, Copy)]
pub struct InPath<T>(pub T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for InPath<T> {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, AppError> {
        match axum::extract::Path::<T>::from_request_parts(parts, state).await {
            Ok(axum::extract::Path(value)) => Ok(Self(value)),
            Err(_) => Err(AppError::NotFound),
        }
    }
}

/// Whether a body is JSON.
pub fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    kind.is_some_and(|kind| kind.split(';').next().is_some_and(|kind| kind.trim() == "application/json"))
}

/// Whether a fragment will do: htmx asks for one.
pub fn wants_fragment(headers: &HeaderMap) -> bool {
    headers.contains_key("hx-request")
}

/// Reads a day; empty is none.
///
/// # Errors
/// The field with a sentence.
pub fn optional_day(text: &str, field: &'static str) -> Result<Option<LocalDate>, FieldError> {
    match text.trim() {
        "" => Ok(None),
        text => text
            .parse::<LocalDate>()
            .ok()
            // Years beyond these are typing mistakes, and PostgreSQL and SQLite sort them differently.
            .filter(|day| LocalDate::new(1990, 1, 1) <= Some(*day) && Some(*day) <= LocalDate::new(2100, 1, 1))
            .map(Some)
            .ok_or_else(|| FieldError::new(field, "Enter a real day, such as 2026-11-20")),
    }
}

/// The day that a view is asked for: see [`as_of`].
#[derive(Debug, Default, Deserialize)]
pub struct OnQuery {
    /// As it was typed.
    #[serde(default)]
    pub on: String,
}

/// Whether the form of a page was taken a moment ago, as the address says to which that led.
#[derive(Debug, Deserialize)]
pub struct SavedQuery {
    /// Anything where it was.
    pub saved: Option<String>,
}

/// Reads the day of an as-of view: none is today, and the future is not known.
///
/// # Errors
/// The field `on` with a sentence.
pub fn as_of(text: &str, today: LocalDate) -> Result<LocalDate, FieldError> {
    match optional_day(text, "on")? {
        None => Ok(today),
        Some(day) if day > today => Err(FieldError::new("on", "Choose today or an earlier day")),
        Some(day) => Ok(day),
    }
}

/// Reads a client-made id; a page without JavaScript carries one made by the server.
///
/// # Errors
/// The field with a sentence.
pub fn id(text: &str, field: &'static str) -> Result<Uuid, FieldError> {
    Uuid::try_parse(text.trim())
        .ok()
        .filter(|id| !id.is_nil())
        .ok_or_else(|| FieldError::new(field, "Open the page again and send the form once more"))
}

/// Reads a short free text, such as the name of a service: one line that names nobody; empty is none. What is refused is
/// neither stored nor logged nor repeated.
///
/// # Errors
/// The field with a sentence that names the kind of thing found, never the thing.
pub fn short_text(text: &str, field: &'static str, most: usize) -> Result<Option<String>, FieldError> {
    checked(&one_line(text), field, |text| identifier::check_note(text, most))
}

/// Reads a line in which staff and their mailboxes may stand, such as whom a letter goes to; empty is none.
///
/// # Errors
/// The field with a sentence that names the kind of thing found, never the thing.
pub fn letter_line(text: &str, field: &'static str, most: usize) -> Result<Option<String>, FieldError> {
    checked(&one_line(text), field, |text| identifier::check_letter(text, most))
}

/// Reads a free text of a few paragraphs that an office publishes, such as an explanation: no patient data; empty is none.
/// What is refused is neither stored nor logged.
///
/// # Errors
/// The field with a sentence that names the kind of thing found, never the thing.
pub fn paragraphs(text: &str, field: &'static str, most: usize) -> Result<Option<String>, FieldError> {
    checked(text.trim(), field, |text| identifier::check_letter(text, most))
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn checked(
    text: &str,
    field: &'static str,
    check: impl Fn(&str) -> Result<identifier::Note, identifier::RefusedText>,
) -> Result<Option<String>, FieldError> {
    if text.is_empty() {
        return Ok(None);
    }
    match check(text) {
        Ok(note) => Ok(Some(note.into())),
        Err(refused) => Err(FieldError::new(field, refused.to_string())),
    }
}

/// Reads a whole number within bounds.
///
/// # Errors
/// The field with a sentence that names the bounds.
pub fn number(text: &str, field: &'static str, least: u32, most: u32) -> Result<u32, FieldError> {
    text.trim()
        .parse::<u32>()
        .ok()
        .filter(|number| (least..=most).contains(number))
        .ok_or_else(|| FieldError::new(field, format!("Enter a whole number from {least} to {most}")))
}

/// Reads an e-mail address.
///
/// # Errors
/// The field with a sentence.
pub fn email(text: &str, field: &'static str) -> Result<String, FieldError> {
    name::email(text).map_err(|why| FieldError::new(field, why))
}

/// Reads the name of a person who signs in: 1 to 80 characters.
///
/// # Errors
/// The field with a sentence.
pub fn name(text: &str, field: &'static str) -> Result<String, FieldError> {
    name::of_person(text).map_err(|why| FieldError::new(field, why))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_names_are_checked_for_their_form_only() {
        for good in ["a@b.uk", " Me@Example.NHS.uk ", "o'neil+x@host.org"] {
            assert!(email(good, "email").is_ok(), "{good}");
        }
        for bad in ["", "me", "@host.uk", "me@", "me@a", "a b@host.uk", "a@b@c.uk", "a@.uk"] {
            assert!(email(bad, "email").is_err(), "{bad}");
        }
        assert!(name("Åse Example", "name").is_ok());
        assert!(name("  ", "name").is_err() && name(&"x".repeat(81), "name").is_err());
    }
}
