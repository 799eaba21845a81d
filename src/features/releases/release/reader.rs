//! Whoever reads releases: where they are, and the frame of what they read.

use axum::response::Response;
use entity::ids::OrgCode;

use super::view;
use crate::{
    domain::{
        access::{LedgerScope, Permit, ReadReleases, Role},
        disclosure::AreaKind,
    },
    error::AppError,
    state::AppState,
    store::releases,
    ui::sheet::Sheet,
    web::{
        caller::Caller,
        shell::{self, Place},
    },
};

/// The ICB that a reader analyses for.
pub(super) fn own_icb(caller: &Caller) -> Option<&OrgCode> {
    caller.grants().iter().find(|grant| grant.role == Role::IcbAnalyst).map(|grant| &grant.organisation)
}

/// Where a reader of releases is: their ICB as the newest release calls it, or nothing more than "releases".
async fn place(app: &AppState, scope: &LedgerScope, caller: &Caller) -> Result<Place, AppError> {
    let Some(own) = own_icb(caller) else {
        let title = "Releases".to_owned();
        return Ok(Place::Releases { title });
    };
    let lines = releases::lines(app.db.ledger(scope)).await?;
    let newest = match lines.first() {
        Some(line) => app.release_cache.read(app.db.ledger(scope), line).await?,
        None => None,
    };
    let name = newest
        .as_ref()
        .and_then(|found| found.content.area(AreaKind::Icb, own.as_str()))
        .map_or_else(|| own.to_string(), |area| area.name.clone());
    Ok(Place::Releases { title: format!("{name} · Analyst") })
}

pub(super) async fn show(
    app: &AppState,
    permit: &Permit<ReadReleases>,
    caller: &Caller,
    sheet: Sheet,
) -> Result<Response, AppError> {
    // Whoever looks on from a practice or an LMC keeps the way back.
    let own = shell::own_place(app, caller).filter(|_| own_icb(caller).is_none());
    if let Some(place @ (Place::Practice { .. } | Place::Lmc { .. })) = own {
        return Ok(shell::page(app, caller, &place, sheet.above(&view::as_an_analyst())));
    }
    let place = place(app, permit.scope(), caller).await?;
    Ok(shell::page(app, caller, &place, sheet))
}

pub(super) async fn none_yet(
    permit: &Permit<ReadReleases>,
    caller: &Caller,
    app: &AppState,
) -> Result<Response, AppError> {
    show(app, permit, caller, view::none_yet(app.clock.now())).await
}
