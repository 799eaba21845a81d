//! The list of releases, one of them with an area in full, and how to read it.

use axum::{
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use axum_extra::extract::Query;
use entity::ids::OrgCode;
use serde::Deserialize;

use super::{
    area_view::{self, View},
    files, ledger, reader, view,
};
use crate::{
    domain::{
        access::{Permit, ReadReleases},
        disclosure::{Area, AreaKind, Content},
    },
    error::AppError,
    state::AppState,
    store::{
        lmc_office,
        release_files::{self, Form},
        releases::{self, Line},
    },
    web::caller::Caller,
};

/// Which area of a release; the reader's own ICB where nothing is said, else England.
#[derive(Debug, Deserialize)]
pub(super) struct Choice {
    icb: Option<String>,
    region: Option<String>,
    series: Option<String>,
}

pub(super) async fn list(
    permit: Permit<ReadReleases>,
    caller: Caller,
    State(app): State<AppState>,
) -> Result<Response, AppError> {
    let lines = releases::lines(app.db.ledger(permit.scope())).await?;
    reader::show(&app, &permit, &caller, view::list(&lines, reader::own_icb(&caller), app.clock.now())).await
}

pub(super) async fn how_to_read(
    permit: Permit<ReadReleases>,
    caller: Caller,
    State(app): State<AppState>,
) -> Result<Response, AppError> {
    let lines = releases::lines(app.db.ledger(permit.scope())).await?;
    reader::show(&app, &permit, &caller, view::how_to_read(lines.is_empty())).await
}

/// `latest`, a number, or one of them with the form of a file behind a dot.
pub(super) async fn one(
    permit: Permit<ReadReleases>,
    caller: Caller,
    State(app): State<AppState>,
    Path(name): Path<String>,
    Query(choice): Query<Choice>,
    asked: HeaderMap,
) -> Result<Response, AppError> {
    let lines = releases::lines(app.db.ledger(permit.scope())).await?;
    if let Some((of, form)) = name.split_once('.') {
        let is_file = ["latest", "all"].contains(&of) && form.parse::<Form>().is_ok();
        if lines.is_empty() && is_file {
            let said = reader::none_yet(&permit, &caller, &app).await?;
            return Ok((StatusCode::NOT_FOUND, said).into_response());
        }
        return files::take_away(&app, permit.scope(), &name, &asked).await;
    }
    match ledger::named(&lines, &name) {
        Some(line) => page(&permit, &caller, &app, &lines, line, &choice).await,
        None if name == "latest" => reader::none_yet(&permit, &caller, &app).await,
        None => Err(AppError::NotFound),
    }
}

/// The area that was asked for, or the reader's own ICB, or England; and the code of one that the release does not know.
fn area<'a, 'c>(
    content: &'a Content,
    own: Option<&'c OrgCode>,
    choice: &'c Choice,
) -> (Option<&'a Area>, Option<&'c str>) {
    let england = content.area(AreaKind::England, "england");
    let asked = match (choice.icb.as_deref(), choice.region.as_deref(), own) {
        (Some("england"), ..) | (None, None, None) => return (england, None),
        (Some(code), ..) => (AreaKind::Icb, code),
        (None, Some(code), _) => (AreaKind::Region, code),
        (None, None, Some(own)) => (AreaKind::Icb, own.as_str()),
    };
    match content.area(asked.0, asked.1) {
        Some(found) => (Some(found), None),
        None => (england, Some(asked.1)),
    }
}

async fn page(
    permit: &Permit<ReadReleases>,
    caller: &Caller,
    app: &AppState,
    lines: &[Line],
    line: &Line,
    choice: &Choice,
) -> Result<Response, AppError> {
    let (scope, at) = (permit.scope(), app.db.ledger(permit.scope()));
    let found = app.release_cache.read(at, line).await?.ok_or(AppError::NotFound)?;
    let earlier = ledger::earlier(app, scope, lines, line).await?;
    let own = reader::own_icb(caller);
    let (area, unknown) = area(&found.content, own, choice);
    let mut offices = Vec::new();
    for (code, name) in area.iter().flat_map(|area| &area.lmcs) {
        let lmc: OrgCode = code.parse().map_err(|_| AppError::NotFound)?;
        offices.push((name.as_str(), lmc_office::published(at, &lmc).await?));
    }
    let sheet = area_view::release(&View {
        published: &found,
        earlier: &earlier,
        area,
        unknown,
        own,
        series: choice.series.as_deref(),
        newest: lines.first(),
        offices: &offices,
        later: &ledger::later(app, scope, lines, line).await?,
        files: &release_files::digests(at, line.number).await?,
    });
    reader::show(app, permit, caller, sheet).await
}
