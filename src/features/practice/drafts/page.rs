//! The page of the drafts, and what they are made from.

use axum::{extract::State, response::Response};
use axum_extra::extract::Query;
use entity::ids::{LocalDate, OdsCode};
use serde::Deserialize;

use super::{
    text_view::About,
    view::{self, View, WEEKS_BACK},
};
use crate::{
    domain::{
        access::{Permit, PracticeScope, SeeRegister},
        action::{self, Trust},
        calendar,
        draft::{self, DayDraft},
    },
    error::AppError,
    state::AppState,
    store::days,
    web::{caller::Caller, shell},
};

#[derive(Debug, Deserialize)]
pub(super) struct WeekQuery {
    week: Option<String>,
}

/// The Monday of the week that is asked for: this one where it is none, lies ahead or too far back.
fn monday(query: &WeekQuery, today: LocalDate) -> LocalDate {
    let this = calendar::monday(today);
    query
        .week
        .as_deref()
        .and_then(|text| text.parse::<LocalDate>().ok())
        .filter(|day| *day <= today && *day >= this.minus_days(7 * WEEKS_BACK))
        .map_or(this, calendar::monday)
}

pub(super) async fn about(app: &AppState, practice: &OdsCode, query: &WeekQuery) -> Result<About, AppError> {
    let today = app.clock.today();
    Ok(About {
        name: shell::practice_name(app, practice).await?,
        practice: practice.clone(),
        today,
        monday: monday(query, today),
    })
}

pub(super) async fn week(app: &AppState, scope: &PracticeScope, about: &About) -> Result<Vec<DayDraft>, AppError> {
    let read = app.db.read(scope);
    let days = days::practice_days(read, about.monday, about.friday()).await?;
    Ok(draft::week(&days.facts, &days.rules, about.monday, about.today))
}

/// The drafts.
pub(super) async fn show(
    permit: Permit<SeeRegister>,
    caller: Caller,
    State(app): State<AppState>,
    Query(query): Query<WeekQuery>,
) -> Result<Response, AppError> {
    let scope = permit.scope();
    let about = about(&app, scope.practice(), &query).await?;
    let days = week(&app, scope, &about).await?;
    let known = app.caches.registers.of_practice(app.db.read(scope)).await?;
    let catalogue = app.menu_of(scope.practice()).await?;
    let now = app.clock.now();
    let standings = action::standings(&known.rows, about.today, now, Trust::Confirmed);
    let (items, left_out) = draft::survey(&catalogue, &standings, &known.subjects, about.today);
    let sheet = view::page(&View {
        about: &about,
        days: &days,
        edition: catalogue.edition_on(about.today),
        items: &items,
        left_out: &left_out,
    });
    shell::show(&app, &caller, scope, sheet).await
}
