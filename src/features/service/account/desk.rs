//! What a browser on a desk does: read and chosen. Whoever is signed in here may, a device too.

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use axum_extra::extract::Query;
use serde::Deserialize;

use super::{desk_view, page::Told};
use crate::{
    domain::access::{Actor, Permit, SeeAccount},
    error::AppError,
    href,
    state::AppState,
    web::{caller::Caller, desk_choice::DeskChoice, forms::Form, shell},
};

/// The page.
pub(super) async fn show(
    _: Permit<SeeAccount>,
    caller: Caller,
    State(app): State<AppState>,
    headers: HeaderMap,
    Query(told): Query<Told>,
) -> Response {
    let back = match caller.actor {
        Actor::Device { .. } => (href!("/"), "My day"),
        _ => (href!("/account"), "Your account"),
    };
    let chosen = DeskChoice::read(&headers, &app.settings);
    shell::outside(&app, &caller, desk_view::desk(&back, (chosen.keys, chosen.signals), told.done() == "saved"))
}

/// The form: what is not ticked is not sent.
#[derive(Debug, Deserialize)]
pub(super) struct DeskForm {
    #[serde(default)]
    keys: String,
    #[serde(default)]
    signals: String,
}

/// Remembers it in this browser.
pub(super) async fn save(
    _: Permit<SeeAccount>,
    State(app): State<AppState>,
    Form(form): Form<DeskForm>,
) -> Result<Response, AppError> {
    let chosen = DeskChoice { keys: form.keys == "yes", signals: form.signals == "yes" };
    let to = href!("/account/desk").query("done", "saved");
    let led = [(header::LOCATION, to.as_str().to_owned())];
    let kept = [(header::SET_COOKIE, chosen.cookie(&app.settings)?)];
    Ok((StatusCode::SEE_OTHER, led, kept).into_response())
}
