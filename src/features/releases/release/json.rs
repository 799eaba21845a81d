//! Releases in the API.

use axum::{
    Json as Answer,
    extract::{Path, State},
    http::HeaderMap,
    response::Response,
};
use entity::ids::LocalDate;
use serde::Serialize;
use utoipa::ToSchema;

use super::files;
use crate::{
    domain::{
        access::{Permit, ReadReleases},
        disclosure::AreaKind,
    },
    error::AppError,
    exchange::release_json::{AreaOut, ReleaseOut},
    state::AppState,
    store::releases::{self, Line},
    web::{
        lists::{ListAsked, ListOut, Order, Pages},
        problem::Problem,
    },
};

/// One line of the list.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReleaseLine {
    /// Number.
    #[schema(example = 9)]
    pub number: u32,
    /// Thursday of publication.
    #[schema(value_type = String, format = Date, example = "2026-11-19")]
    pub published_on: LocalDate,
    /// Digest that chains it to those before.
    #[schema(example = "9f2c41d7")]
    pub sha256: String,
}

/// One area of the latest release.
#[derive(Debug, Serialize, ToSchema)]
pub struct AreaStatusOut {
    /// Release it is taken from.
    #[schema(example = 9)]
    pub release: u32,
    /// Thursday of publication.
    #[schema(value_type = String, format = Date, example = "2026-11-19")]
    pub published_on: LocalDate,
    /// Not live: always false.
    #[schema(example = false)]
    pub live: bool,
    /// The area.
    #[serde(flatten)]
    pub area: AreaOut,
}

/// Every release, newest first.
#[utoipa::path(get, path = "/api/v1/releases", tag = "releases",
    params(ListAsked),
    responses(
        (status = 200, description = "Releases", body = ListOut<ReleaseLine>),
        (status = 422, description = "A limit or a cursor that cannot be taken", body = Problem, content_type = "application/problem+json"),
    ))]
pub(super) async fn list(
    permit: Permit<ReadReleases>,
    State(app): State<AppState>,
    pages: Pages,
) -> Result<Response, AppError> {
    let lines = releases::lines(app.db.ledger(permit.scope())).await?;
    let line = |line: Line| ReleaseLine { number: line.number, published_on: line.published_on, sha256: line.sha256 };
    let page = pages.cut(lines, Order::Down, |line| format!("{:010}", line.number))?.map(line);
    Ok(pages.json(&page, page.next.as_deref()))
}

/// One release, or `latest`; with `.csv`, `.xlsx` or `.pdf` behind the number as that file; `all.csv` and `all.xlsx` hold every
/// release.
#[utoipa::path(get, path = "/api/v1/releases/{release}", tag = "releases",
    params(("release" = String, Path, example = "9", description = "A number or `latest`; with `.csv`, `.xlsx` or `.pdf` behind it as that file; or `all.csv` or `all.xlsx`")),
    responses(
        (status = 200, description = "The release", body = ReleaseOut),
        (status = 404, description = "No such release", body = Problem),
    ))]
pub(super) async fn one(
    permit: Permit<ReadReleases>,
    State(app): State<AppState>,
    Path(name): Path<String>,
    asked: HeaderMap,
) -> Result<Response, AppError> {
    let name = if name.contains('.') { name } else { format!("{name}.json") };
    files::take_away(&app, permit.scope(), &name, &asked).await
}

async fn area(
    permit: &Permit<ReadReleases>,
    app: &AppState,
    kind: AreaKind,
    code: &str,
) -> Result<Answer<AreaStatusOut>, AppError> {
    let at = app.db.ledger(permit.scope());
    let lines = releases::lines(at).await?;
    let line = lines.first().ok_or(AppError::NotFound)?;
    let found = app.release_cache.read(at, line).await?.ok_or(AppError::NotFound)?;
    let content = &found.content;
    let area = content.area(kind, code).ok_or(AppError::NotFound)?;
    Ok(Answer(AreaStatusOut {
        release: content.number,
        published_on: content.published_on,
        live: false,
        area: AreaOut::new(content, area),
    }))
}

/// An ICB in the latest release.
#[utoipa::path(get, path = "/api/v1/areas/icb/{code}/status", tag = "areas",
    params(("code" = String, Path, example = "XDA")),
    responses((status = 200, description = "The latest release", body = AreaStatusOut), (status = 404, description = "No such ICB, or no release yet", body = Problem)))]
pub(super) async fn icb(
    permit: Permit<ReadReleases>,
    State(app): State<AppState>,
    Path(code): Path<String>,
) -> Result<Answer<AreaStatusOut>, AppError> {
    area(&permit, &app, AreaKind::Icb, &code).await
}

/// A region in the latest release.
#[utoipa::path(get, path = "/api/v1/areas/region/{code}/status", tag = "areas",
    params(("code" = String, Path, example = "Y9D")),
    responses((status = 200, description = "The latest release", body = AreaStatusOut), (status = 404, description = "No such region, or no release yet", body = Problem)))]
pub(super) async fn region(
    permit: Permit<ReadReleases>,
    State(app): State<AppState>,
    Path(code): Path<String>,
) -> Result<Answer<AreaStatusOut>, AppError> {
    area(&permit, &app, AreaKind::Region, &code).await
}

/// England in the latest release.
#[utoipa::path(get, path = "/api/v1/areas/england/status", tag = "areas",
    responses((status = 200, description = "The latest release", body = AreaStatusOut), (status = 404, description = "No release yet", body = Problem)))]
pub(super) async fn england(
    permit: Permit<ReadReleases>,
    State(app): State<AppState>,
) -> Result<Answer<AreaStatusOut>, AppError> {
    area(&permit, &app, AreaKind::England, "england").await
}

/// This feature's part of the OpenAPI document.
#[derive(Debug, utoipa::OpenApi)]
#[openapi(paths(list, one, icb, region, england))]
pub struct Documentation;
