//! The register of letters, and those that can be written.

use axum::{extract::State, response::Response};

use super::{
    view::{self, Offer},
    wordings::{Wordings, may_be_written},
};
use crate::{
    domain::access::{Permit, SeeLetters},
    error::AppError,
    state::AppState,
    store::letters,
    web::{caller::Caller, shell, wordings::book},
};

pub(super) async fn show(
    permit: Permit<SeeLetters>,
    caller: Caller,
    State(app): State<AppState>,
) -> Result<Response, AppError> {
    let letters = letters::all(app.db.read(permit.scope())).await?;
    let wordings = Wordings::read(&app, permit.scope()).await?;
    let (catalogue, today) = (app.catalogue().await?, app.clock.today());
    let kinds = book()?.kinds.iter();
    let offers: Vec<Offer> = kinds
        .filter(|kind| may_be_written(&catalogue, kind, today))
        .map(|kind| Offer { kind, wording: wordings.holds(kind) })
        .collect();
    let sheet = view::register(permit.scope().practice(), &letters, &offers, today);
    shell::show(&app, &caller, permit.scope(), sheet).await
}
