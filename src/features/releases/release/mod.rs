//! Releases: what an ICB, a region and the public read. Made of the ledger alone; never a live number.

use std::sync::Arc;

use axum::{
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use axum_extra::extract::Query;
use entity::ids::OrgCode;
use serde::Deserialize;

use crate::{
    domain::{
        access::{LedgerScope, Permit, ReadReleases, Role},
        disclosure::{Area, AreaKind, Content, correction},
    },
    error::AppError,
    state::AppState,
    store::{
        lmc_office,
        release_files::{self, Form},
        releases::{self, Line, Published},
    },
    web::{
        caller::Caller,
        routes::Routes,
        shell::{self, Place, Sheet},
    },
};

pub mod api;
pub mod corrections;
pub mod files;
mod pages;

/// The routes.
pub fn routes(routes: Routes) -> Routes {
    let routes = routes
        .get("/releases", ReadReleases, list)
        .get("/releases/england", ReadReleases, england)
        .get("/releases/how-to-read", ReadReleases, how_to_read)
        .get("/releases/{release}", ReadReleases, one);
    api::routes(routes)
}

/// Which area of a release; the reader's own ICB where nothing is said, else England.
#[derive(Debug, Deserialize)]
struct Choice {
    icb: Option<String>,
    region: Option<String>,
    series: Option<String>,
}

/// What the page of England shows.
#[derive(Debug, Deserialize)]
struct EnglandChoice {
    release: Option<String>,
    series: Option<String>,
    view: Option<String>,
    order: Option<String>,
}

/// The ICB that a reader analyses for.
fn own_icb(caller: &Caller) -> Option<&OrgCode> {
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
        Some(line) => app.shelf.read(app.db.ledger(scope), line).await?,
        None => None,
    };
    let name = newest
        .as_ref()
        .and_then(|found| found.content.area(AreaKind::Icb, own.as_str()))
        .map_or_else(|| own.to_string(), |area| area.name.clone());
    Ok(Place::Releases { title: format!("{name} · Analyst") })
}

async fn show(
    app: &AppState,
    permit: &Permit<ReadReleases>,
    caller: &Caller,
    sheet: Sheet<'_>,
) -> Result<Response, AppError> {
    let place = place(app, permit.scope(), caller).await?;
    Ok(shell::page(app, caller, &place, sheet).into_response())
}

fn sheet<'a>(title: &'a str, current: &'a str, content: maud::Markup) -> Sheet<'a> {
    Sheet { title, current, live: None, content }
}

async fn list(permit: Permit<ReadReleases>, caller: Caller, State(app): State<AppState>) -> Result<Response, AppError> {
    let lines = releases::lines(app.db.ledger(permit.scope())).await?;
    let content = pages::list(&lines, app.clock.now());
    show(&app, &permit, &caller, sheet("All releases", "All releases", content)).await
}

async fn how_to_read(
    permit: Permit<ReadReleases>,
    caller: Caller,
    State(app): State<AppState>,
) -> Result<Response, AppError> {
    let lines = releases::lines(app.db.ledger(permit.scope())).await?;
    let content = pages::how_to_read(lines.is_empty());
    let sheet = sheet("How to read a release", "How to read this", content);
    show(&app, &permit, &caller, sheet).await
}

/// The line of a number or of `latest`.
fn named<'a>(lines: &'a [Line], name: &str) -> Option<&'a Line> {
    match name {
        "latest" => lines.first(),
        name => lines.iter().find(|line| line.number.to_string() == name),
    }
}

/// `latest`, a number, or one of them with the form of a file behind a dot.
async fn one(
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
            let said = none_yet(&permit, &caller, &app).await?;
            return Ok((StatusCode::NOT_FOUND, said).into_response());
        }
        return take_away(&app, permit.scope(), &name, &asked).await;
    }
    match named(&lines, &name) {
        Some(line) => page(&permit, &caller, &app, &lines, line, &choice).await,
        None if name == "latest" => none_yet(&permit, &caller, &app).await,
        None => Err(AppError::NotFound),
    }
}

async fn none_yet(permit: &Permit<ReadReleases>, caller: &Caller, app: &AppState) -> Result<Response, AppError> {
    let content = pages::none_yet(app.clock.now());
    let sheet = sheet("No release yet", "Latest release", content);
    show(app, permit, caller, sheet).await
}

/// A file of a release: as it was kept. Until then CSV and JSON are what will be kept; the others are not there.
async fn take_away(app: &AppState, scope: &LedgerScope, name: &str, asked: &HeaderMap) -> Result<Response, AppError> {
    let (number, form) = name.split_once('.').ok_or(AppError::NotFound)?;
    let form: Form = form.parse().map_err(|_| AppError::NotFound)?;
    if number == "all" {
        return take_all(app, scope, form, asked).await;
    }
    let at = app.db.ledger(scope);
    let lines = releases::lines(at).await?;
    let line = named(&lines, number).ok_or(AppError::NotFound)?;
    let found = app.shelf.read(at, line).await?.ok_or(AppError::NotFound)?;
    let file = match release_files::one(at, line.number, form).await? {
        Some(kept) => kept,
        None if matches!(form, Form::Csv | Form::Json) => files::make(&found, form)?,
        None => return Err(AppError::NotFound),
    };
    Ok(files::answer(&found, file, asked))
}

/// Every release in one file, oldest first.
async fn take_all(app: &AppState, scope: &LedgerScope, form: Form, asked: &HeaderMap) -> Result<Response, AppError> {
    let at = app.db.ledger(scope);
    let mut all = Vec::new();
    for line in releases::lines(at).await?.iter().rev() {
        all.extend(app.shelf.read(at, line).await?);
    }
    let newest = Arc::clone(all.last().ok_or(AppError::NotFound)?);
    let made = app.setting.run(move || files::make_of_all(&all, form));
    Ok(files::answer_of_all(&newest, made.await??, asked))
}

/// The releases of the same frame year before this one, oldest first: figures of another frame are never compared.
async fn earlier(
    app: &AppState,
    scope: &LedgerScope,
    lines: &[Line],
    of: &Line,
) -> Result<Vec<Arc<Published>>, AppError> {
    let mut found = Vec::new();
    let same_frame = lines.iter().filter(|line| line.year == of.year && line.number < of.number);
    for line in same_frame {
        found.extend(app.shelf.read(app.db.ledger(scope), line).await?);
    }
    found.reverse();
    Ok(found)
}

/// What later releases put right in this one, oldest first.
async fn later(app: &AppState, scope: &LedgerScope, lines: &[Line], of: &Line) -> Result<Vec<(u32, String)>, AppError> {
    let mut later = Vec::new();
    for line in lines.iter().rev().filter(|line| line.number > of.number) {
        let found = app.shelf.read(app.db.ledger(scope), line).await?;
        let notes = found.iter().flat_map(|found| &found.content.notes);
        let about = notes.filter_map(|note| correction::about(note, of.number));
        later.extend(about.map(|note| (line.number, note.to_owned())));
    }
    Ok(later)
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
    let found = app.shelf.read(at, line).await?.ok_or(AppError::NotFound)?;
    let earlier = earlier(app, scope, lines, line).await?;
    let own = own_icb(caller);
    let (area, unknown) = area(&found.content, own, choice);
    let mut offices = Vec::new();
    for (code, name) in area.iter().flat_map(|area| &area.lmcs) {
        let lmc: OrgCode = code.parse().map_err(|_| AppError::NotFound)?;
        offices.push((name.as_str(), lmc_office::published(at, &lmc).await?));
    }
    let content = pages::release(&pages::View {
        published: &found,
        earlier: &earlier,
        area,
        unknown,
        own,
        series: choice.series.as_deref(),
        newest: lines.first(),
        offices: &offices,
        later: &later(app, scope, lines, line).await?,
        files: &release_files::digests(at, line.number).await?,
    });
    let title = format!("Release {}", line.number);
    let is_newest = lines.first().is_some_and(|newest| newest.number == line.number);
    let current = if is_newest { "Latest release" } else { "All releases" };
    show(app, permit, caller, sheet(&title, current, content)).await
}

async fn england(
    permit: Permit<ReadReleases>,
    caller: Caller,
    State(app): State<AppState>,
    Query(choice): Query<EnglandChoice>,
) -> Result<Response, AppError> {
    let (scope, at) = (permit.scope(), app.db.ledger(permit.scope()));
    let lines = releases::lines(at).await?;
    let wanted = choice.release.as_deref().unwrap_or("latest");
    let Some(line) = named(&lines, wanted) else {
        return match wanted {
            "latest" => none_yet(&permit, &caller, &app).await,
            _ => Err(AppError::NotFound),
        };
    };
    let found = app.shelf.read(at, line).await?.ok_or(AppError::NotFound)?;
    let earlier = earlier(&app, scope, &lines, line).await?;
    let content = pages::england(&pages::England {
        lines: &lines,
        content: &found.content,
        earlier: earlier.last().map(|found| &found.content),
        own: own_icb(&caller),
        series: choice.series.as_deref(),
        tiles: choice.view.as_deref() == Some("tiles"),
        later: &later(&app, scope, &lines, line).await?,
        by_share: choice.order.as_deref() == Some("share"),
        files: &release_files::digests(at, line.number).await?,
    });
    show(&app, &permit, &caller, sheet("England", "England", content)).await
}
