//! Erasing one clinician's own counts: a page that says what it does, and the erasure itself.

use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;

use super::{page::place, view};
use crate::{
    domain::access::{Actor, By, ClinicianScope, EraseCounts, Permit, SeeOwnDay},
    error::{AppError, FieldError},
    operations::erase_counts,
    state::AppState,
    web::{caller::Caller, forms::Form, shell},
};

pub(super) async fn ask(
    permit: Permit<SeeOwnDay>,
    caller: Caller,
    State(app): State<AppState>,
) -> Result<Response, AppError> {
    show(&app, &caller, permit.scope(), &[]).await
}

async fn show(
    app: &AppState,
    caller: &Caller,
    scope: &ClinicianScope,
    errors: &[FieldError],
) -> Result<Response, AppError> {
    let (place, clinician) = place(app, scope).await?;
    let today = app.clock.today();
    let may = match caller.actor {
        Actor::Device { .. } => true,
        _ => clinician.left_on.is_some_and(|day| day <= today),
    };
    Ok(shell::page(app, caller, &place, view::erase(scope, &clinician.label, may, errors)))
}

#[derive(Debug, Deserialize)]
pub(super) struct EraseForm {
    #[serde(default)]
    sure: String,
}

pub(super) async fn erase(
    permit: Permit<EraseCounts>,
    caller: Caller,
    State(app): State<AppState>,
    Form(form): Form<EraseForm>,
) -> Result<Response, AppError> {
    if form.sure != "yes" {
        let error = FieldError::new("sure", "Tick the box to say that you are sure");
        return show(&app, &caller, permit.scope(), &[error]).await;
    }
    erase_counts::EraseCounts.perform(&app, &By::from(&permit)).await?;
    Ok(Redirect::to("/counts-erased").into_response())
}

/// Said to whoever erased: their device opens nothing any more.
pub(super) async fn erased(State(app): State<AppState>, caller: Caller) -> Response {
    shell::outside(&app, &caller, view::erased())
}
