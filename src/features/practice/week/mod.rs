//! This week: the weekly answer in one press, what to do by when, what is paused, what is left today, who sees it.

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use chrono::{DateTime, Utc};
use entity::ids::{LocalDate, OdsCode, OrgCode};
use maud::Markup;
use serde::Deserialize;

use crate::{
    domain::{
        access::{By, Permit, PracticeScope, RecordStatus, SeeCapacity, SeeRegister},
        action::EnteredBy,
        calendar,
        divert::Divert,
        limit::{Headroom, PracticeDay},
        register::{Ground, Line},
    },
    error::AppError,
    href,
    operations::answer_week::AnswerWeek,
    state::AppState,
    store::{
        self, actions,
        days::{self, ClinicianOnDay, DayOfPractice},
        sharing,
    },
    web::{
        caller::Caller,
        forms::{self, Form},
        routes::Routes,
        shell::{self, Sheet},
    },
};

use questions::{Questions, Refused};
use todo::Todo;

pub mod api;
mod link;
mod link_pages;
mod pages;
mod question_pages;
mod questions;
mod reminders;
mod todo;

/// The routes.
pub fn routes(routes: Routes) -> Routes {
    let routes = reminders::routes(link::routes(routes));
    let routes = routes
        .get("/practices/{ods}", SeeRegister, week)
        .post("/practices/{ods}/week", RecordStatus, nothing_changed)
        .get("/practices/{ods}/week/register", SeeRegister, register)
        .get("/practices/{ods}/week/capacity", SeeCapacity, capacity)
        .post("/practices/{ods}/week/questions/{question}", RecordStatus, questions::give);
    api::routes(routes)
}

/// The week as the page shows it.
#[derive(Debug)]
struct Week {
    practice: OdsCode,
    today: LocalDate,
    ending: LocalDate,
    /// When this week was answered.
    sent: Option<DateTime<Utc>>,
    /// When the week before was answered; nothing to say of a practice that never answered.
    before: Before,
    /// The practice recorded a change this week.
    changed: bool,
    questions: Questions,
    register: RegisterPart,
    capacity: Capacity,
    sharing: SharingPart,
}

/// What is said of the week before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Before {
    /// Answered by its Friday.
    OnTime,
    /// Answered afterwards.
    Late,
    /// Not answered, though others were.
    Missing,
    /// There is nothing before.
    Nothing,
}

/// What to do and what is paused.
#[derive(Debug)]
struct RegisterPart {
    practice: OdsCode,
    today: LocalDate,
    todo: Vec<Todo>,
    paused: Vec<Line>,
    items: usize,
}

/// The practice's day against its limits.
#[derive(Debug)]
struct Capacity {
    practice: OdsCode,
    day: PracticeDay,
    /// Label, counted and limit of whoever is nearing the limit, at it or past it.
    near: Vec<(String, u32, u32)>,
    /// The divert that is going on.
    divert: Option<Divert>,
}

/// Who sees this.
#[derive(Debug)]
struct SharingPart {
    shared: Option<bool>,
    icb: Option<OrgCode>,
    last: Option<(String, DateTime<Utc>)>,
}

async fn week(permit: Permit<SeeRegister>, caller: Caller, State(app): State<AppState>) -> Result<Response, AppError> {
    show(&app, &caller, permit.scope(), None).await
}

/// The page, with an answer that was refused if there is one.
async fn show(
    app: &AppState,
    caller: &Caller,
    scope: &PracticeScope,
    refused: Option<Refused>,
) -> Result<Response, AppError> {
    let (title, status) = match refused {
        None => ("This week", StatusCode::OK),
        Some(_) => ("Error: This week", StatusCode::UNPROCESSABLE_ENTITY),
    };
    let mut week = read_week(app, scope).await?;
    week.questions.refused = refused;
    let place = shell::practice_place(app, &week.practice).await?;
    let sheet = Sheet {
        title,
        current: "This week",
        live: Some(href!("/live/practices").seg(&week.practice)),
        content: pages::week(&week),
    };
    Ok((status, shell::page(app, caller, &place, sheet)).into_response())
}

async fn register(permit: Permit<SeeRegister>, State(app): State<AppState>) -> Result<Markup, AppError> {
    let read = app.db.read(permit.scope());
    let known = app.kept.registers.of_practice(read).await?;
    let decided = sharing::decision(app.db.read(permit.scope())).await?;
    let part = register_part(&app, permit.scope(), &known, decided.is_some()).await?;
    Ok(pages::register(&part))
}

async fn capacity(permit: Permit<SeeCapacity>, State(app): State<AppState>) -> Result<Markup, AppError> {
    Ok(pages::capacity(&read_capacity(&app, permit.scope()).await?))
}

async fn read_week(app: &AppState, scope: &PracticeScope) -> Result<Week, AppError> {
    let read = app.db.read(scope);
    let today = app.clock.today();
    let ending = calendar::week_ending(today);
    let known = app.kept.registers.of_practice(read).await?;
    let answers = sharing::week_answers(read, 8).await?;
    let decision = sharing::decision(read).await?;
    let last = sharing::receipts(read, 1).await?.pop();
    let organisations = app.organisations().await?;
    let icb = organisations.practice(scope.practice());
    let last_friday = ending.minus_days(7);
    let changed = known
        .rows
        .iter()
        .any(|row| row.entered_by == EnteredBy::Practice && calendar::london_day(row.recorded_at) > last_friday);
    Ok(Week {
        practice: scope.practice().clone(),
        today,
        ending,
        sent: answer_of(&answers, ending),
        before: before(&answers, last_friday),
        changed,
        questions: Questions::read(app, scope).await?,
        register: register_part(app, scope, &known, decision.is_some()).await?,
        capacity: read_capacity(app, scope).await?,
        sharing: SharingPart {
            shared: decision.map(|decision| decision.given),
            icb: icb.and_then(|practice| practice.icb.clone()),
            last: last.map(|look| (look.role, look.at)),
        },
    })
}

fn answer_of(answers: &[(LocalDate, DateTime<Utc>)], ending: LocalDate) -> Option<DateTime<Utc>> {
    let mut answers = answers.iter();
    answers.find(|(week, _)| *week == ending).map(|(_, at)| *at)
}

fn before(answers: &[(LocalDate, DateTime<Utc>)], last_friday: LocalDate) -> Before {
    match answer_of(answers, last_friday) {
        Some(at) if calendar::london_day(at) <= last_friday => Before::OnTime,
        Some(_) => Before::Late,
        None if answers.iter().any(|(week, _)| *week < last_friday) => Before::Missing,
        None => Before::Nothing,
    }
}

async fn register_part(
    app: &AppState,
    scope: &PracticeScope,
    known: &actions::Register,
    decided: bool,
) -> Result<RegisterPart, AppError> {
    let read = app.db.read(scope);
    let today = app.clock.today();
    let days = days::practice_days(read, today.minus_days(todo::BACK_DAYS), today).await?;
    let here = days.on(today).clinicians.into_iter();
    let clinicians: Vec<_> = here.filter(|one| one.is_here).map(|one| (one.row.id, one.row.label)).collect();
    let catalogue = app.catalogue().await?;
    let ground = Ground {
        catalogue: &catalogue,
        rows: &known.rows,
        subjects: &known.subjects,
        on: today,
        known_at: app.clock.known(),
    };
    let notices = store::notices::all(read).await?;
    let letters = store::letters::awaited(read).await?;
    let outcomes = store::outcomes::all(read).await?;
    let paused = ground.own().into_iter().filter(Line::is_action).collect();
    Ok(RegisterPart {
        practice: scope.practice().clone(),
        today,
        todo: todo::list(&todo::From {
            ground,
            clinicians: &clinicians,
            facts: &days.facts,
            notices: &notices,
            letters: &letters,
            outcomes: &outcomes,
            decided,
        }),
        paused,
        items: catalogue.items_on(today).count(),
    })
}

async fn read_capacity(app: &AppState, scope: &PracticeScope) -> Result<Capacity, AppError> {
    let read = app.db.read(scope);
    let today = app.clock.today();
    let DayOfPractice { clinicians, sum } = days::practice_day(read, today).await?;
    let is_near = |one: &ClinicianOnDay| !matches!(one.day.headroom, Headroom::Available { .. });
    Ok(Capacity {
        practice: scope.practice().clone(),
        divert: store::divert::current(read).await?,
        day: sum,
        near: clinicians
            .into_iter()
            .filter(is_near)
            .map(|one| (one.row.label, one.day.counted, one.day.limit.contacts))
            .collect(),
    })
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct WeekForm {
    week: String,
}

/// Answers the week that the page showed: this one, or the last for a page that stood open over the weekend.
async fn nothing_changed(
    permit: Permit<RecordStatus>,
    State(app): State<AppState>,
    Form(form): Form<WeekForm>,
) -> Result<Redirect, AppError> {
    let this = calendar::week_ending(app.clock.today());
    let week = forms::optional_day(&form.week, "week").ok().flatten();
    let week_ending = week
        .filter(|week| *week == this || *week == this.minus_days(7))
        .ok_or(AppError::Conflict("this page is from another week: open it again"))?;
    AnswerWeek { week_ending }.perform(&app, &By::from(&permit)).await?;
    let page = href!("/practices").seg(permit.scope().practice());
    Ok(Redirect::to(page.as_str()))
}
