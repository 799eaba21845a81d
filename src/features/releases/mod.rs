//! Releases: what an ICB, a region and the public read. Made of the ledger alone; never a live number.

use axum::{
    extract::{Path, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use axum_extra::extract::Query;
use serde::Deserialize;

use crate::{
    domain::{
        access::{Permit, ReadReleases, Role},
        disclosure::AreaKind,
    },
    error::AppError,
    exchange,
    state::AppState,
    store::releases::{self, Published},
    web::{
        caller::Caller,
        routes::Routes,
        shell::{self, Place, Sheet},
    },
};

pub mod api;
mod pages;

/// The routes.
pub fn routes(routes: Routes) -> Routes {
    let routes = routes
        .get("/releases", ReadReleases, list)
        .get("/releases/how-to-read", ReadReleases, how_to_read)
        .get("/releases/{release}", ReadReleases, one);
    api::routes(routes)
}

#[derive(Debug, Deserialize)]
struct Choice {
    /// Code of the ICB to show; the reader's own where nothing is said.
    icb: Option<String>,
    /// Code of the series on the map.
    series: Option<String>,
}

/// Where a reader of releases is: their organisation, or nothing more than "releases".
async fn place(app: &AppState, caller: &Caller) -> Result<Place, AppError> {
    let grant = caller
        .grants()
        .iter()
        .find(|grant| grant.role == Role::IcbAnalyst);
    let title = match grant {
        Some(grant) => {
            let organisations = app.organisations().await?;
            let name = organisations
                .organisation(&grant.organisation)
                .map(|icb| icb.name.to_string());
            format!(
                "{} · Analyst",
                name.unwrap_or_else(|| grant.organisation.to_string())
            )
        }
        None => "Releases".to_owned(),
    };
    Ok(Place::Releases { title })
}

async fn list(
    permit: Permit<ReadReleases>,
    caller: Caller,
    State(app): State<AppState>,
) -> Result<Response, AppError> {
    let all = releases::all(app.db.ledger(permit.scope())).await?;
    let sheet = Sheet {
        title: "All releases",
        current: "All releases",
        live: None,
        content: pages::list(&all),
    };
    Ok(shell::page(&app, &caller, &place(&app, &caller).await?, sheet).into_response())
}

async fn how_to_read(
    _: Permit<ReadReleases>,
    caller: Caller,
    State(app): State<AppState>,
) -> Result<Response, AppError> {
    let sheet = Sheet {
        title: "How to read a release",
        current: "How to read this",
        live: None,
        content: pages::how_to_read(),
    };
    Ok(shell::page(&app, &caller, &place(&app, &caller).await?, sheet).into_response())
}

/// `latest`, a number, or a number with `.csv` or `.json`.
async fn one(
    permit: Permit<ReadReleases>,
    caller: Caller,
    State(app): State<AppState>,
    Path(name): Path<String>,
    Query(choice): Query<Choice>,
) -> Result<Response, AppError> {
    let (number, form) = name.split_once('.').unwrap_or((&name, ""));
    let read = app.db.ledger(permit.scope());
    let found = match number {
        "latest" => releases::latest(read).await?,
        number => {
            releases::by_number(read, number.parse().map_err(|_| AppError::NotFound)?).await?
        }
    };
    match (found, form) {
        (Some(found), "csv") => Ok(csv(&found)),
        (Some(found), "json") => Ok(json(&found)),
        (Some(found), "") => page(&permit, &caller, &app, &found, &choice).await,
        (None, "") if number == "latest" => {
            let sheet = Sheet {
                title: "No release yet",
                current: "Latest release",
                live: None,
                content: pages::none_yet(app.clock.now()),
            };
            Ok(shell::page(&app, &caller, &place(&app, &caller).await?, sheet).into_response())
        }
        _ => Err(AppError::NotFound),
    }
}

async fn page(
    permit: &Permit<ReadReleases>,
    caller: &Caller,
    app: &AppState,
    found: &Published,
    choice: &Choice,
) -> Result<Response, AppError> {
    let earlier = releases::before(app.db.ledger(permit.scope()), found.content.number).await?;
    let own = caller
        .grants()
        .iter()
        .find(|grant| grant.role == Role::IcbAnalyst);
    let wanted = choice
        .icb
        .as_deref()
        .or(own.map(|grant| grant.organisation.as_str()));
    let icbs = || {
        found
            .content
            .areas
            .iter()
            .filter(|area| area.kind == AreaKind::Icb)
    };
    let area = icbs()
        .find(|area| Some(area.code.as_str()) == wanted)
        .or_else(|| icbs().next());
    let content = pages::release(&pages::Shown {
        published: found,
        earlier: earlier.as_ref(),
        area,
        series: choice.series.as_deref(),
    });
    let title = format!("Release {}", found.content.number);
    let sheet = Sheet {
        title: &title,
        current: "Latest release",
        live: None,
        content,
    };
    Ok(shell::page(app, caller, &place(app, caller).await?, sheet).into_response())
}

fn csv(found: &Published) -> Response {
    let disposition = format!(
        "attachment; filename=\"headroom-release-{}.csv\"",
        found.content.number
    );
    let body = exchange::release_csv::write(&found.content);
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, disposition),
    ];
    (StatusCode::OK, headers, body).into_response()
}

fn json(found: &Published) -> Response {
    axum::Json(api::ReleaseOut::new(found)).into_response()
}
