//! My day in a window that is 240 px wide and stays beside other programs: the same parts, the same script, nothing else.

use axum::{extract::State, response::Response};

use super::{page, view};
use crate::{
    domain::access::{Permit, SeeOwnDay},
    error::AppError,
    state::AppState,
    web::{caller::Caller, headers, shell},
};

/// The page. A window of ours may frame it: a browser that keeps a window on top gives an empty one, which shows this.
pub(super) async fn show(
    permit: Permit<SeeOwnDay>,
    caller: Caller,
    State(app): State<AppState>,
) -> Result<Response, AppError> {
    let view = page::load(&app, permit.scope(), &caller).await?;
    let place = shell::clinician_place(&app, permit.scope(), &view.label).await?;
    Ok(headers::in_our_frames(shell::page(&app, &caller, &place, view::small(&view, caller.has_pin))))
}
