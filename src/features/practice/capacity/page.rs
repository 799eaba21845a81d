//! The practice's capacity: each clinician for the manager, the total for everyone, the day sheet, the limit.

use std::collections::BTreeMap;

use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use axum_extra::extract::Query;
use entity::ids::{ClinicianId, LocalDate};
use serde::Deserialize;

use super::view::{self, Capacity, CapacityRow};
use crate::{
    domain::{
        access::{self, By, Permit, PracticeScope, SeeCapacity, SeePracticeTotal},
        calendar,
        contact::{BACKFILL_DAYS, MOST_A_DAY},
        limit::{self, Day, Worked},
    },
    error::{AppError, FieldError},
    href,
    operations::enter_day_sheet::EnterDaySheets,
    state::AppState,
    store::{
        self,
        days::{self, DayOfPractice},
    },
    ui::{day, live, sections::Section, sheet::Sheet},
    web::{
        caller::Caller,
        forms::{self, Form},
        shell::{self, Place},
    },
};

#[derive(Debug, Deserialize)]
pub(super) struct DayQuery {
    day: Option<String>,
}

/// What the capacity page shows of a day.
pub(super) async fn load<'a>(
    app: &AppState,
    scope: &'a PracticeScope,
    on: LocalDate,
) -> Result<Capacity<'a>, AppError> {
    let read = app.db.read(scope);
    let monday = calendar::monday(on);
    let days = days::practice_days(read, monday, on).await?;
    let DayOfPractice { clinicians, sum } = days.on(on);
    let week: Vec<Day> = days.each().map(|(.., day)| day).collect();
    let mut rows: Vec<CapacityRow> = clinicians.into_iter().map(CapacityRow::from).collect();
    limit::fullest_first(&mut rows, |row| &row.day);
    Ok(Capacity {
        practice: scope.practice(),
        on,
        today: app.clock.today(),
        sum,
        monday,
        week: limit::practice_week(&week),
        limit: limit::limit_on(&days.rules, None, on, Worked::FULL_DAY),
        rows,
        divert: store::divert::current(read).await?,
        told: store::divert::told_by(read, on).await?,
        typed: Vec::new(),
        errors: Vec::new(),
    })
}

/// Any recent day; another one reads as today.
fn day(query: &DayQuery, today: LocalDate) -> LocalDate {
    query
        .day
        .as_deref()
        .and_then(|text| text.parse::<LocalDate>().ok())
        .filter(|day| *day <= today && *day >= today.minus_days(BACKFILL_DAYS))
        .unwrap_or(today)
}

pub(super) async fn show(
    permit: Permit<SeeCapacity>,
    caller: Caller,
    State(app): State<AppState>,
    Query(query): Query<DayQuery>,
) -> Result<Response, AppError> {
    let on = day(&query, app.clock.today());
    let capacity = load(&app, permit.scope(), on).await?;
    render(&app, &caller, permit.scope(), &capacity).await
}

async fn render(
    app: &AppState,
    caller: &Caller,
    scope: &PracticeScope,
    capacity: &Capacity<'_>,
) -> Result<Response, AppError> {
    shell::show(app, caller, scope, view::capacity(capacity)).await
}

pub(super) async fn fragment(
    permit: Permit<SeeCapacity>,
    State(app): State<AppState>,
    Query(query): Query<DayQuery>,
) -> Result<Response, AppError> {
    let capacity = load(&app, permit.scope(), day(&query, app.clock.today())).await?;
    Ok(view::now(&capacity).into_response())
}

pub(super) async fn today(
    permit: Permit<SeePracticeTotal>,
    caller: Caller,
    State(app): State<AppState>,
) -> Result<Response, AppError> {
    let practice = permit.scope().practice().clone();
    let name = shell::practice_name(&app, &practice).await?;
    let capacity = load(&app, permit.scope(), app.clock.today()).await?;
    let place = match &caller.actor {
        access::Actor::Device { clinician, .. } => {
            Place::Clinician { practice: practice.clone(), clinician: *clinician, title: name }
        }
        _ => Place::Practice { practice: practice.clone(), name },
    };
    let sheet = Sheet::new(Section::Practice, "The practice today").live(live::of_practice(&practice));
    let total = view::total(&practice, capacity.sum, capacity.on, capacity.divert.as_ref());
    Ok(shell::page(&app, &caller, &place, sheet.content(total)))
}

pub(super) async fn today_fragment(
    permit: Permit<SeePracticeTotal>,
    State(app): State<AppState>,
) -> Result<Response, AppError> {
    let capacity = load(&app, permit.scope(), app.clock.today()).await?;
    let practice = permit.scope().practice();
    let going = capacity.divert.as_ref();
    Ok(view::total(practice, capacity.sum, capacity.on, going).into_response())
}

/// Whether the practice diverts, for whoever counts.
pub(super) async fn divert_fragment(
    permit: Permit<SeePracticeTotal>,
    State(app): State<AppState>,
) -> Result<Response, AppError> {
    let going = store::divert::current(app.db.read(permit.scope())).await?;
    Ok(day::diverting(permit.scope().practice(), going.as_ref(), app.clock.today()).into_response())
}

/// The whole day sheet: a number for each clinician whose field was filled in. All of it or nothing.
pub(super) async fn day_sheet(
    permit: Permit<access::EnterDaySheets>,
    caller: Caller,
    State(app): State<AppState>,
    Form(form): Form<BTreeMap<String, String>>,
) -> Result<Response, AppError> {
    let today = app.clock.today();
    let field = |name: &str| form.get(name).map(String::as_str).unwrap_or_default();
    let id = forms::id(field("id"), "id")?;
    let on = field("day")
        .parse::<LocalDate>()
        .ok()
        .filter(|day| *day <= today && *day >= today.minus_days(BACKFILL_DAYS))
        .ok_or_else(|| AppError::field("day", "Choose today or one of the last 31 days"))?;
    let mut capacity = load(&app, permit.scope(), on).await?;
    let (counts, errors) = counts(&capacity, &form);
    if !errors.is_empty() {
        capacity.errors = errors;
        capacity.typed = form.into_iter().collect();
        return render(&app, &caller, permit.scope(), &capacity).await;
    }
    let day = on;
    let sheets = EnterDaySheets { id, day, counts };
    sheets.perform(&app, &By::from(&permit)).await?;
    Ok(Redirect::to(href!("/practices").seg(permit.scope().practice()).seg("capacity").query("day", on).as_str())
        .into_response())
}

/// The entries that differ from what the sheet says already.
fn counts(capacity: &Capacity<'_>, form: &BTreeMap<String, String>) -> (Vec<(ClinicianId, u32)>, Vec<FieldError>) {
    let (mut counts, mut errors) = (Vec::new(), Vec::new());
    for row in &capacity.rows {
        let name = format!("n-{}", row.id);
        let text = form.get(&name).map(|text| text.trim()).unwrap_or_default();
        if text.is_empty() {
            continue;
        }
        match text.parse::<u32>().ok().filter(|n| *n <= MOST_A_DAY) {
            Some(n) if row.sheet == Some(n) => {}
            Some(n) => counts.push((row.id, n)),
            None => errors
                .push(FieldError::new(name, format!("{}: enter a whole number from 0 to {MOST_A_DAY}", row.label))),
        }
    }
    (counts, errors)
}
