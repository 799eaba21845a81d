//! England, its regions and every ICB in one measure.

use axum::{extract::State, response::Response};
use axum_extra::extract::Query;
use serde::Deserialize;

use super::{
    england_view::{self, England},
    ledger, reader,
};
use crate::{
    domain::access::{Permit, ReadReleases},
    error::AppError,
    state::AppState,
    store::{release_files, releases},
    web::caller::Caller,
};

/// What the page of England shows.
#[derive(Debug, Deserialize)]
pub(super) struct Choice {
    release: Option<String>,
    series: Option<String>,
    view: Option<String>,
    order: Option<String>,
}

pub(super) async fn show(
    permit: Permit<ReadReleases>,
    caller: Caller,
    State(app): State<AppState>,
    Query(choice): Query<Choice>,
) -> Result<Response, AppError> {
    let (scope, at) = (permit.scope(), app.db.ledger(permit.scope()));
    let lines = releases::lines(at).await?;
    let wanted = choice.release.as_deref().unwrap_or("latest");
    let Some(line) = ledger::named(&lines, wanted) else {
        return match wanted {
            "latest" => reader::none_yet(&permit, &caller, &app).await,
            _ => Err(AppError::NotFound),
        };
    };
    let found = app.release_cache.read(at, line).await?.ok_or(AppError::NotFound)?;
    let earlier = ledger::earlier(&app, scope, &lines, line).await?;
    let sheet = england_view::england(&England {
        lines: &lines,
        content: &found.content,
        earlier: earlier.last().map(|found| &found.content),
        own: reader::own_icb(&caller),
        series: choice.series.as_deref(),
        tiles: choice.view.as_deref() == Some("tiles"),
        later: &ledger::later(&app, scope, &lines, line).await?,
        by_share: choice.order.as_deref() == Some("share"),
        files: &release_files::digests(at, line.number).await?,
    });
    reader::show(&app, &permit, &caller, sheet).await
}
