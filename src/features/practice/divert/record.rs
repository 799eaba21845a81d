//! What stays: earlier diverts, and the practice's record of a day as one PDF.

use axum::{extract::State, response::Response};
use axum_extra::extract::Query;
use entity::ids::LocalDate;
use serde::Deserialize;

use super::{kept, messages, record_data, record_view, today};
use crate::{
    domain::{
        access::{Permit, PracticeScope, SeeDiverts},
        divert::{self, Destination},
    },
    error::AppError,
    exchange::pdf::DayRecord,
    state::AppState,
    store,
    web::{caller::Caller, download, shell},
};

/// Diverts on the page of earlier ones.
const MOST: u64 = 100;
/// A divert that nobody ended is looked for so far back.
const LOOK_BACK: u64 = 31;

/// Where patients were sent on a day, in the order of the buttons; those nobody was sent to are left out.
pub(super) async fn counts(
    app: &AppState,
    scope: &PracticeScope,
    day: LocalDate,
) -> Result<Vec<(Destination, u32)>, AppError> {
    let counted = store::divert::counts(app.db.read(scope), day).await?;
    Ok(Destination::ALL
        .into_iter()
        .filter_map(|destination| {
            let n = counted.get(destination.code()).copied().unwrap_or(0);
            (n > 0).then_some((destination, n))
        })
        .collect())
}

/// Earlier diverts, newest first.
pub(super) async fn history(
    permit: Permit<SeeDiverts>,
    caller: Caller,
    State(app): State<AppState>,
) -> Result<Response, AppError> {
    let diverts = store::divert::newest(app.db.read(permit.scope()), MOST).await?;
    let sheet = record_view::history(permit.scope().practice(), app.clock.today(), &diverts);
    shell::show(&app, &caller, permit.scope(), sheet).await
}

#[derive(Debug, Deserialize)]
pub(super) struct Which {
    day: Option<String>,
}

/// The record of a day, today where none is named. Made anew each time: what was recorded since is in it.
pub(super) async fn document(
    permit: Permit<SeeDiverts>,
    State(app): State<AppState>,
    Query(which): Query<Which>,
) -> Result<Response, AppError> {
    let today = app.clock.today();
    let day = match which.day.as_deref().filter(|text| !text.is_empty()) {
        None => today,
        Some(text) => text.parse::<LocalDate>().ok().filter(|day| *day <= today).ok_or(AppError::NotFound)?,
    };
    let data = read(&app, permit.scope(), day).await?;
    let name = format!("record-{}-{day}.pdf", permit.scope().practice());
    let bytes = download::made(&app, move || data.render()).await?;
    Ok(download::file(download::PDF, &name, bytes))
}

async fn read(app: &AppState, scope: &PracticeScope, day: LocalDate) -> Result<DayRecord, AppError> {
    let today = today::of_day(app, scope, day).await?;
    let at = app.db.read(scope);
    let mut diverts = Vec::new();
    for divert in store::divert::between(at, day.minus_days(LOOK_BACK), day).await? {
        if divert::touches(&divert, day) {
            let rail = store::divert::guard_rail(at, divert.id).await?;
            diverts.push((divert, rail));
        }
    }
    Ok(record_data::day_record(record_data::Known {
        reasons: store::divert::reasons(at, day).await?,
        counts: counts(app, scope, day).await?,
        messages: messages::of_day(at, day).await?,
        script: kept::script(at, day).await?,
        groups: kept::groups(at, day).await?,
        diverts,
        today,
    }))
}
