//! Pages of help.

use axum::{extract::State, response::Response};

use super::view::{self, PROBLEMS, TOPICS};
use crate::{
    error::AppError,
    state::AppState,
    web::{caller::Caller, forms::InPath, shell},
};

/// What counts, and where the rest is explained.
pub(super) async fn index(State(app): State<AppState>, caller: Caller) -> Response {
    shell::outside(&app, &caller, view::index())
}

/// What one role does here.
pub(super) async fn topic(
    State(app): State<AppState>,
    caller: Caller,
    InPath(code): InPath<String>,
) -> Result<Response, AppError> {
    let topic = TOPICS.iter().find(|topic| topic.code == code).ok_or(AppError::NotFound)?;
    Ok(shell::outside(&app, &caller, view::topic(topic)))
}

/// What a refusal of the API means; its `type` is this address.
pub(super) async fn problem(
    State(app): State<AppState>,
    caller: Caller,
    InPath(reference): InPath<String>,
) -> Result<Response, AppError> {
    let known = PROBLEMS.iter().find(|(code, _, _)| *code == reference).ok_or(AppError::NotFound)?;
    Ok(shell::outside(&app, &caller, view::problem(known)))
}
