//! Drafts for returns that practices type elsewhere: to check, copy and export. Nothing is sent anywhere.

use axum::{
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use axum_extra::extract::Query;
use entity::ids::{LocalDate, OdsCode};
use serde::Deserialize;

use crate::{
    domain::{
        access::{Permit, PracticeScope, SeeRegister},
        action::{self, Trust},
        calendar,
        draft::{self, DayDraft},
    },
    error::AppError,
    exchange::draft_csv,
    href,
    state::AppState,
    store::days,
    ui::href::Href,
    web::{
        caller::Caller,
        routes::Routes,
        shell::{self, Sheet},
    },
};

mod pages;
mod text;

/// Weeks that can be looked at: clinicians' days are folded after 13.
const WEEKS_BACK: u64 = 11;

/// The routes.
pub fn routes(routes: Routes) -> Routes {
    routes
        .get("/practices/{ods}/drafts", SeeRegister, page)
        .get("/practices/{ods}/drafts/week.csv", SeeRegister, week_file)
        .get("/practices/{ods}/drafts/survey.csv", SeeRegister, survey_file)
}

fn home(practice: &OdsCode) -> Href {
    href!("/practices").seg(practice).seg("drafts")
}

#[derive(Debug, Deserialize)]
struct WeekQuery {
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

/// Whose drafts, and of when.
#[derive(Debug)]
struct About {
    practice: OdsCode,
    name: String,
    today: LocalDate,
    monday: LocalDate,
}

impl About {
    async fn read(app: &AppState, practice: &OdsCode, query: &WeekQuery) -> Result<Self, AppError> {
        let known = app.organisations().await?;
        let today = app.clock.today();
        Ok(Self {
            name: known.practice(practice).map_or_else(|| practice.to_string(), |known| known.name.to_string()),
            practice: practice.clone(),
            today,
            monday: monday(query, today),
        })
    }

    fn friday(&self) -> LocalDate {
        self.monday.plus_days(4)
    }
}

async fn week(app: &AppState, scope: &PracticeScope, about: &About) -> Result<Vec<DayDraft>, AppError> {
    let read = app.db.read(scope);
    let days = days::practice_days(read, about.monday, about.friday()).await?;
    Ok(draft::week(&days.facts, &days.rules, about.monday, about.today))
}

async fn page(
    permit: Permit<SeeRegister>,
    caller: Caller,
    State(app): State<AppState>,
    Query(query): Query<WeekQuery>,
) -> Result<Response, AppError> {
    let scope = permit.scope();
    let about = About::read(&app, scope.practice(), &query).await?;
    let days = week(&app, scope, &about).await?;
    let known = app.kept.registers.of_practice(app.db.read(scope)).await?;
    let catalogue = app.catalogue().await?;
    let now = app.clock.now();
    let standings = action::standings(&known.rows, about.today, now, Trust::Confirmed);
    let (items, left_out) = draft::survey(&catalogue, &standings, &known.subjects, about.today);
    let content = pages::page(&pages::View {
        about: &about,
        days: &days,
        edition: catalogue.edition_on(about.today),
        items: &items,
        left_out: &left_out,
    });
    let place = shell::practice_place(&app, scope.practice()).await?;
    let sheet = Sheet { title: "Drafts", current: "This week", live: None, content };
    Ok(shell::page(&app, &caller, &place, sheet).into_response())
}

async fn week_file(
    permit: Permit<SeeRegister>,
    State(app): State<AppState>,
    Query(query): Query<WeekQuery>,
) -> Result<Response, AppError> {
    let about = About::read(&app, permit.scope().practice(), &query).await?;
    let days = week(&app, permit.scope(), &about).await?;
    let rows = days.iter().map(text::week_line);
    let name = format!("week-{}-{}.csv", about.practice, about.monday);
    Ok(csv(&name, draft_csv::write(&text::WEEK_COLUMNS, rows)))
}

async fn survey_file(permit: Permit<SeeRegister>, State(app): State<AppState>) -> Result<Response, AppError> {
    let read = app.db.read(permit.scope());
    let known = app.kept.registers.of_practice(read).await?;
    let (catalogue, today) = (app.catalogue().await?, app.clock.today());
    let standings = action::standings(&known.rows, today, app.clock.known(), Trust::Confirmed);
    let (items, _) = draft::survey(&catalogue, &standings, &known.subjects, today);
    let rows = items.iter().map(|item| text::survey_line(item, today));
    let name = format!("survey-{}-{today}.csv", permit.scope().practice());
    Ok(csv(&name, draft_csv::write(&text::SURVEY_COLUMNS, rows)))
}

fn csv(name: &str, bytes: Vec<u8>) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    (headers, bytes).into_response()
}
