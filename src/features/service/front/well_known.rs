//! What other programs look for at fixed places: where a password is changed, and whom to tell of a weakness.

use axum::{
    extract::State,
    http::header,
    response::{IntoResponse, Redirect, Response},
};
use chrono::Duration;

use crate::{domain::calendar, error::AppError, state::AppState};

/// RFC 9116 wants less than a year; whoever reads it later fetches it again.
const HOLDS_FOR: Duration = Duration::days(180);

/// `GET /.well-known/change-password`, which password managers open.
pub(super) async fn change_password() -> Redirect {
    Redirect::to("/account")
}

/// `GET /.well-known/security.txt`, as RFC 9116 has it.
pub(super) async fn security(State(app): State<AppState>) -> Result<Response, AppError> {
    let contact = app.settings.security_contact.as_deref().ok_or(AppError::NotFound)?;
    // Of the whole day, so that every node and every moment of it say the same.
    let until = calendar::day_begins(calendar::london_day(app.clock.now() + HOLDS_FOR));
    let text = format!(
        "Contact: {contact}\nExpires: {}\nPreferred-Languages: en\nCanonical: {}/.well-known/security.txt\n",
        until.format("%Y-%m-%dT%H:%M:%SZ"),
        app.settings.public_url,
    );
    Ok(([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], text).into_response())
}
