//! What the clock says, and the form that confirms it.

use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;

use super::view::{self, Face};
use crate::{
    domain::{
        access::{Administer, Permit},
        standing::ClockState,
    },
    error::{AppError, FieldError},
    state::AppState,
    web::{
        caller::Caller,
        forms::Form,
        shell::{self, Place},
    },
};

pub(super) async fn show(State(app): State<AppState>, caller: Caller, _permit: Permit<Administer>) -> Response {
    page(&app, &caller, &[])
}

#[derive(Debug, Deserialize)]
pub(super) struct Confirmed {
    #[serde(default)]
    sure: String,
}

pub(super) async fn confirm(
    permit: Permit<Administer>,
    caller: Caller,
    State(app): State<AppState>,
    Form(form): Form<Confirmed>,
) -> Result<Response, AppError> {
    if form.sure != "yes" {
        let error = FieldError::new("sure", "Look at the clock and tick the box");
        return Ok(page(&app, &caller, &[error]));
    }
    app.confirm_clock(&permit).await?;
    Ok(Redirect::to("/admin/clock").into_response())
}

fn page(app: &AppState, caller: &Caller, errors: &[FieldError]) -> Response {
    let face =
        Face { now: app.clock.now(), latest: app.clock.latest(), doubted: app.clock.standing() != ClockState::Right };
    shell::page(app, caller, &Place::Service, view::clock(&face, errors))
}
