//! The sheet of the newest release, as a page and as a document.

use axum::{extract::State, response::Response};
use chrono::{DateTime, Utc};
use entity::ids::{LocalDate, OrgCode};

use super::view;
use crate::{
    domain::{
        access::{self, Actor, Facts, Permit, ReadReleases, SeeLmcArea, Target},
        disclosure::Period,
    },
    error::AppError,
    exchange::pdf::MeetingSheet,
    state::AppState,
    web::{caller::Caller, download, shell},
};

/// `GET /lmc/{lmc}/meeting`.
pub(super) async fn page(
    State(app): State<AppState>,
    caller: Caller,
    permit: Permit<SeeLmcArea>,
) -> Result<Response, AppError> {
    let lmc = permit.scope().lmc();
    let sheet = match sheet(&app, permit.actor(), lmc).await? {
        Some(found) => view::sheet(lmc, &found),
        None => view::none_yet(lmc, next_due(app.clock.now())),
    };
    shell::show(&app, &caller, permit.scope(), sheet).await
}

/// `GET /lmc/{lmc}/meeting.pdf`.
pub(super) async fn document(State(app): State<AppState>, permit: Permit<SeeLmcArea>) -> Result<Response, AppError> {
    let lmc = permit.scope().lmc();
    let found = sheet(&app, permit.actor(), lmc).await?.ok_or(AppError::NotFound)?;
    let name = format!("meeting-sheet-{lmc}-release-{}.pdf", found.release);
    let bytes = download::made(&app, move || found.render()).await?;
    Ok(download::file(download::PDF, &name, bytes))
}

/// The sheet of the newest release, read through the ledger: an officer may read releases like anybody who signed in.
/// Beside it nothing but public facts: the LMC's name and its ICBs.
async fn sheet(app: &AppState, actor: &Actor, lmc: &OrgCode) -> Result<Option<MeetingSheet>, AppError> {
    let facts = Facts { exists: true, ..Facts::default() };
    let permit = access::permit::<ReadReleases>(actor, &Target::Releases, facts).map_err(|_| AppError::NotFound)?;
    let Some(published) = app.release_cache.latest(app.db.ledger(permit.scope())).await? else {
        return Ok(None);
    };
    let organisations = app.organisations().await?;
    let name = organisations.name_of(lmc);
    let icbs = organisations.icbs_of_lmc(lmc);
    Ok(Some(MeetingSheet::of(&published.content, &published.sha256, (&name, &icbs), app.demo)))
}

/// The Thursday of the next release.
fn next_due(now: DateTime<Utc>) -> Option<LocalDate> {
    std::iter::successors(Some(Period::FIRST), |period| Some(period.next()))
        .find(|period| period.due_at() > now)
        .map(Period::published_on)
}
