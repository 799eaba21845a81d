//! The large view of the day: for a wall, readable at four metres.

use axum::{
    extract::State,
    http::HeaderMap,
    response::{IntoResponse, Response},
};
use maud::Markup;

use super::{today, wall_view};
use crate::{
    domain::access::{Permit, SeeDisplay},
    error::AppError,
    href,
    live::What,
    state::AppState,
    ui::layout,
    web::{self, caller::Caller},
};

/// The page.
pub(super) async fn page(
    permit: Permit<SeeDisplay>,
    _: Caller,
    State(app): State<AppState>,
) -> Result<Response, AppError> {
    let today = today::read(&app, permit.scope()).await?;
    let stream = href!("/live/practices").seg(&today.practice).seg("display");
    let content = wall_view::page(&today, app.demo);
    Ok(layout::bare_page("Capacity today", Some(&stream), &content).into_response())
}

/// The part of it that changes.
pub(super) async fn fragment(permit: Permit<SeeDisplay>, State(app): State<AppState>) -> Result<Markup, AppError> {
    Ok(wall_view::board(&today::read(&app, permit.scope()).await?))
}

/// Names of what changed, for as long as the screen may show it.
pub(super) async fn live(
    permit: Permit<SeeDisplay>,
    caller: Caller,
    State(app): State<AppState>,
    headers: HeaderMap,
) -> Result<Response, AppError> {
    let shows = |what| matches!(what, What::Contacts | What::People | What::Divert);
    web::live::of_practice::<SeeDisplay>(&app, &caller, headers, permit.scope().practice(), shows)
}
