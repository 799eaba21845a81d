//! The desk and the page of a provider.

use axum::{extract::State, response::Response};
use axum_extra::extract::Query;

use super::{
    answers_view,
    desk_view::{self, DeskView, Wanted},
    provider_view, read,
};
use crate::{
    domain::{
        access::{Permit, SeeAreaTransfers},
        readers::OutsidePage,
    },
    error::AppError,
    state::AppState,
    web::{caller::Caller, receipts, shell},
};

/// `GET /lmc/{lmc}/transfers`.
pub(super) async fn desk(
    permit: Permit<SeeAreaTransfers>,
    caller: Caller,
    State(app): State<AppState>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, AppError> {
    let desk = read::desk(&app, permit.scope(), &wanted).await?;
    let (lmc, organisations) = (permit.scope().lmc(), app.organisations().await?);
    let answers = answers_view::answers(lmc, &desk);
    let (organisations, today) = (&organisations, app.clock.today());
    let view = DeskView { lmc, desk: &desk, wanted: &wanted, organisations, answers: answers.as_ref(), today };
    let page = shell::show(&app, &caller, permit.scope(), desk_view::page(&view)).await?;
    receipts::note(&app, &permit, (lmc, OutsidePage::Transfers), desk.read_one_by_one());
    Ok(page)
}

/// `GET /lmc/{lmc}/transfers/provider`.
pub(super) async fn provider(
    permit: Permit<SeeAreaTransfers>,
    caller: Caller,
    State(app): State<AppState>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, AppError> {
    let reported = read::reported(&app, permit.scope(), &wanted).await?;
    let (lmc, organisations) = (permit.scope().lmc(), app.organisations().await?);
    let sheet = provider_view::page(lmc, &reported, &organisations, app.clock.today());
    let page = shell::show(&app, &caller, permit.scope(), sheet).await?;
    receipts::note(&app, &permit, (lmc, OutsidePage::Transfers), reported.desk.read_one_by_one());
    Ok(page)
}
