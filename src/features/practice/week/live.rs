//! The stream that keeps a practice's own pages true. It carries names of what changed, and ends when its reader may
//! listen no longer.

use axum::{extract::State, http::HeaderMap, response::Response};

use crate::{
    domain::access::{Permit, SeePracticeTotal},
    error::AppError,
    state::AppState,
    web::{self, caller::Caller},
};

/// Changes of one practice.
pub(super) async fn changes(
    State(app): State<AppState>,
    permit: Permit<SeePracticeTotal>,
    caller: Caller,
    headers: HeaderMap,
) -> Result<Response, AppError> {
    web::live::of_practice::<SeePracticeTotal>(&app, &caller, headers, permit.scope().practice(), |_| true)
}
