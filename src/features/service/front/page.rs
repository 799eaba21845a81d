//! The first page, and the pages that explain the product.

use axum::{extract::State, response::Response};

use super::view;
use crate::{
    error::AppError,
    href,
    state::AppState,
    store,
    web::{
        caller::Caller,
        home::{self, Home},
        sessions, shell,
    },
};

/// Whoever is signed in is led home; others read what this is.
pub(super) async fn front(State(app): State<AppState>, caller: Caller) -> Result<Response, AppError> {
    if caller.waits_for_pin() {
        return sessions::redirect(&href!("/unlock"), Vec::new());
    }
    match home::of(&caller.actor) {
        Home::Front => {
            let now = right_now(&app).await?;
            Ok(shell::outside(&app, &caller, view::front(now.as_ref())))
        }
        home => sessions::redirect(&home.href(), Vec::new()),
    }
}

async fn right_now(app: &AppState) -> Result<Option<store::right_now::RightNow>, AppError> {
    if !app.demo {
        return Ok(None);
    }
    let today = app.clock.today();
    Ok(Some(store::right_now::right_now(app.db.unscoped(), today).await?))
}

/// Who can see what.
pub(super) async fn who_sees_what(State(app): State<AppState>, caller: Caller) -> Response {
    shell::outside(&app, &caller, view::who_sees_what(app.settings.public_releases))
}

/// How accessible the pages are.
pub(super) async fn accessibility(State(app): State<AppState>, caller: Caller) -> Response {
    shell::outside(&app, &caller, view::accessibility())
}
