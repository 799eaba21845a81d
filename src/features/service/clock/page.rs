//! What the clock says, and the form that confirms it.

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use maud::Markup;
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
        shell::{self, Place, Section, Sheet},
    },
};

pub(super) async fn show(State(app): State<AppState>, caller: Caller, _permit: Permit<Administer>) -> Response {
    page(&app, &caller, &[]).into_response()
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
        let page = page(&app, &caller, &[error]);
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    }
    app.confirm_clock(&permit).await?;
    Ok(Redirect::to("/admin/clock").into_response())
}

fn page(app: &AppState, caller: &Caller, errors: &[FieldError]) -> Markup {
    let face =
        Face { now: app.clock.now(), latest: app.clock.latest(), doubted: app.clock.standing() != ClockState::Right };
    let sheet = Sheet {
        title: if errors.is_empty() { "Clock" } else { "Error: Clock" },
        current: Section::Clock,
        live: None,
        content: view::clock(&face, errors),
    };
    shell::page(app, caller, &Place::Service, sheet)
}
