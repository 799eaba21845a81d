//! The imports of a practice: the first page, one import, its refused lines, letting it count.

use std::fmt::Write as _;

use axum::{
    extract::State,
    response::{Redirect, Response},
};
use axum_extra::extract::Query;
use chrono::Datelike;
use entity::ids::{LocalDate, OdsCode, RowId};
use serde::Deserialize;

use super::view::{self, Home, Month};
use crate::{
    db::Read,
    domain::{
        access::{By, ImportAppointments, Permit, PracticeScope},
        appointment::System,
    },
    error::AppError,
    operations::{activate_import::ActivateImport, take_back_import::TakeBackImport},
    state::AppState,
    store::{api_keys, appointments, days, people},
    web::{caller::Caller, download, forms::InPath, shell},
};

/// Imports that are listed.
pub(super) const LISTED: u64 = 20;
/// Refused lines on the page; the file has all that were kept.
const LINES: u64 = 50;
/// Refused lines that are kept.
pub(super) const MOST_LINES: u64 = 10_000;
/// Published months that are shown.
const MONTHS: usize = 6;

#[derive(Debug, Deserialize)]
pub(super) struct HomeQuery {
    matched: Option<String>,
    forgotten: Option<String>,
}

pub(super) async fn home(
    permit: Permit<ImportAppointments>,
    caller: Caller,
    State(app): State<AppState>,
    Query(query): Query<HomeQuery>,
) -> Result<Response, AppError> {
    let mut home = home_of(&app, permit.scope(), None).await?;
    home.told = match (query.matched, query.forgotten) {
        (Some(_), _) => Some("Remembered. Choose the file again: nothing of it was kept."),
        (None, Some(_)) => Some("Forgotten. The next file asks whose sessions it has and what they are."),
        (None, None) => None,
    };
    shell::show(&app, &caller, permit.scope(), view::home(&home)).await
}

pub(super) async fn home_of<'a>(
    app: &AppState,
    scope: &'a PracticeScope,
    error: Option<String>,
) -> Result<Home<'a>, AppError> {
    let read = app.db.read(scope);
    Ok(Home {
        practice: scope.practice(),
        imports: appointments::imports(read, LISTED).await?,
        months: months(app, scope).await?,
        has_clinicians: !people::clinicians(read, app.clock.today()).await?.is_empty(),
        last_files: api_keys::last_files(read).await?,
        remembers: remembers(app, scope).await?,
        told: None,
        error,
    })
}

/// Whether anything is remembered of how files are matched.
async fn remembers(app: &AppState, scope: &PracticeScope) -> Result<bool, AppError> {
    for system in System::ALL {
        let known = appointments::matching(app.db.read(scope), system).await?;
        if known.is_some_and(|row| !row.matching.is_empty()) {
            return Ok(true);
        }
    }
    Ok(false)
}

async fn months(app: &AppState, scope: &PracticeScope) -> Result<Vec<Month>, AppError> {
    let read = app.db.read(scope);
    let mut published = appointments::published(read).await?;
    published.truncate(MONTHS);
    let Some((oldest, _)) = published.last() else {
        return Ok(Vec::new());
    };
    let days = days::practice_days(read, *oldest, app.clock.today()).await?;
    let mut months = Vec::new();
    for (first, published) in published {
        let month = |day: LocalDate| (day.0.year(), day.0.month());
        let counted: Vec<u64> = days
            .each()
            .filter(|(_, on, day)| month(*on) == month(first) && day.source.is_some())
            .map(|(.., day)| u64::from(day.counted))
            .collect();
        months.push(Month { first, published, counted: (!counted.is_empty()).then(|| counted.iter().sum()) });
    }
    Ok(months)
}

pub(super) async fn preview(
    permit: Permit<ImportAppointments>,
    caller: Caller,
    State(app): State<AppState>,
    InPath((_, id)): InPath<(OdsCode, RowId)>,
) -> Result<Response, AppError> {
    let read = app.db.read(permit.scope());
    let import = appointments::import(read, id).await?.ok_or(AppError::NotFound)?;
    let refusals = appointments::refusals(read, id, LINES).await?;
    let overtaken = import.counts_since.is_none() && newest(read).await? != import.base;
    let sheet = view::preview(permit.scope().practice(), &import, &refusals, overtaken);
    shell::show(&app, &caller, permit.scope(), sheet).await
}

/// The last place in the row of imports that count.
pub(super) async fn newest(read: Read<'_, PracticeScope>) -> Result<i32, AppError> {
    let sequence = appointments::sequence(read).await?;
    Ok(sequence.into_values().max().unwrap_or(0))
}

pub(super) async fn activate(
    permit: Permit<ImportAppointments>,
    State(app): State<AppState>,
    InPath((_, id)): InPath<(OdsCode, RowId)>,
) -> Result<Redirect, AppError> {
    let act = ActivateImport { import: id };
    match act.perform(&app, &By::from(&permit)).await {
        // Its own page says why: another import was taken in since.
        Ok(_) | Err(AppError::Conflict(_)) => {
            let page = view::base(permit.scope().practice()).seg(id);
            Ok(Redirect::to(page.as_str()))
        }
        Err(error) => Err(error),
    }
}

/// `POST …/take-back`: the import's slots stand again as they did before it.
pub(super) async fn take_back(
    permit: Permit<ImportAppointments>,
    State(app): State<AppState>,
    InPath((_, id)): InPath<(OdsCode, RowId)>,
) -> Result<Redirect, AppError> {
    let act = TakeBackImport { import: id };
    act.perform(&app, &By::from(&permit)).await?;
    let page = view::base(permit.scope().practice()).seg(id);
    Ok(Redirect::to(page.as_str()))
}

/// Lines and reasons as CSV; nothing of what the lines say was kept.
pub(super) async fn refused(
    permit: Permit<ImportAppointments>,
    State(app): State<AppState>,
    InPath((_, id)): InPath<(OdsCode, RowId)>,
) -> Result<Response, AppError> {
    let read = app.db.read(permit.scope());
    let import = appointments::import(read, id).await?.ok_or(AppError::NotFound)?;
    let refusals = appointments::refusals(read, id, MOST_LINES).await?;
    let mut text = String::from("line,reason\r\n");
    for (line, refusal) in &refusals {
        // Writing to a text does not fail.
        let _ = write!(text, "{line},\"{refusal}\"\r\n");
    }
    let all = import.summary.all_refused();
    if all > u64::try_from(refusals.len()).unwrap_or(u64::MAX) {
        let _ = write!(text, ",\"{all} rows were refused in all; the first of them are listed\"\r\n");
    }
    Ok(download::file(download::CSV, "refused.csv", text))
}
