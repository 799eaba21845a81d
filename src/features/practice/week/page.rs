//! The page of the week, with the parts of it that change.

use axum::{extract::State, response::Response};
use chrono::{DateTime, Datelike, Utc};
use entity::ids::LocalDate;
use maud::Markup;

use super::{
    questions,
    questions_view::Refused,
    register_view::{self, RegisterPart},
    steps_view::Step,
    todo,
    view::{self, Before, Capacity, SharingPart, TransfersPart, Week},
};
use crate::{
    domain::{
        access::{Permit, PracticeScope, SeeCapacity, SeeRegister},
        action::EnteredBy,
        calendar,
        limit::Headroom,
        register::{RegisterAt, RegisterLine},
        transfer::{GivenBack, book::TransferBook},
    },
    error::AppError,
    state::AppState,
    store::{
        self, actions,
        days::{self, ClinicianOnDay, DayOfPractice},
        first_steps, sharing, transfers,
    },
    web::{caller::Caller, shell},
};

/// The page.
pub(super) async fn show(
    permit: Permit<SeeRegister>,
    caller: Caller,
    State(app): State<AppState>,
) -> Result<Response, AppError> {
    page(&app, &caller, permit.scope(), None).await
}

/// The page, with an answer that was refused if there is one.
pub(super) async fn page(
    app: &AppState,
    caller: &Caller,
    scope: &PracticeScope,
    refused: Option<Refused>,
) -> Result<Response, AppError> {
    let mut week = read_week(app, scope).await?;
    week.questions.refused = refused;
    shell::show(app, caller, scope, view::week(&week)).await
}

/// What to do and what is paused.
pub(super) async fn register(permit: Permit<SeeRegister>, State(app): State<AppState>) -> Result<Markup, AppError> {
    let read = app.db.read(permit.scope());
    let known = app.caches.registers.of_practice(read).await?;
    let decided = sharing::decision(app.db.read(permit.scope())).await?;
    let part = register_part(&app, permit.scope(), &known, decided.is_some()).await?;
    Ok(register_view::register(&part))
}

/// What is left today.
pub(super) async fn capacity(permit: Permit<SeeCapacity>, State(app): State<AppState>) -> Result<Markup, AppError> {
    Ok(view::capacity(&read_capacity(&app, permit.scope()).await?))
}

async fn read_week(app: &AppState, scope: &PracticeScope) -> Result<Week, AppError> {
    let read = app.db.read(scope);
    let today = app.clock.today();
    let ending = calendar::week_ending(today);
    let known = app.caches.registers.of_practice(read).await?;
    let answers = sharing::week_answers(read, 8).await?;
    let decision = sharing::decision(read).await?;
    let last = sharing::receipts(read, 1).await?.pop();
    let organisations = app.organisations().await?;
    let known_as = organisations.practice(scope.practice());
    let last_friday = ending.minus_days(7);
    let changed = known
        .rows
        .iter()
        .any(|row| row.change.entered_by == EnteredBy::Practice && calendar::london_day(row.recorded_at) > last_friday);
    let by_practice = known.rows.iter().any(|row| row.change.entered_by == EnteredBy::Practice);
    let recorded = by_practice || !answers.is_empty();
    Ok(Week {
        practice: scope.practice().clone(),
        today,
        ending,
        sent: answer_of(&answers, ending),
        before: before(&answers, last_friday),
        changed,
        questions: questions::read(app, scope).await?,
        register: register_part(app, scope, &known, decision.is_some()).await?,
        capacity: read_capacity(app, scope).await?,
        sharing: SharingPart {
            shared: decision.as_ref().map(|decision| decision.given),
            icb: known_as.and_then(|practice| practice.icb.clone()),
            last: last.map(|look| (look.role, look.at)),
        },
        transfers: transfers_part(app, scope).await?,
        closed: known_as.and_then(|practice| practice.closed),
        steps_left: steps_left(app, scope, (decision.is_some(), recorded)).await?,
    })
}

/// The first steps that are not done. Whoever counts has seen the limit they count against.
async fn steps_left(
    app: &AppState,
    scope: &PracticeScope,
    (decided, recorded): (bool, bool),
) -> Result<Vec<Step>, AppError> {
    let begun = first_steps::begun(app.db.read(scope)).await?;
    let is_done = |step: &Step| match step {
        Step::Clinicians => begun.clinicians,
        Step::Counting => begun.counts,
        Step::Limit => begun.limit || begun.counts,
        Step::Sharing => decided,
        Step::Record => recorded,
    };
    Ok(Step::ALL.into_iter().filter(|step| !is_done(step)).collect())
}

async fn transfers_part(app: &AppState, scope: &PracticeScope) -> Result<TransfersPart, AppError> {
    let today = app.clock.today();
    let first = today.minus_days(u64::from(today.0.day0()));
    let items = transfers::of_practice(app.db.read(scope), first, today).await?;
    let book = TransferBook::built_in().map_err(|broken| AppError::Fault(broken.join("; ")))?;
    Ok(TransfersPart { first, items: items.len(), sum: GivenBack::of(&items), slot: book.slot_minutes })
}

/// When a week was answered.
pub(super) fn answer_of(answers: &[(LocalDate, DateTime<Utc>)], ending: LocalDate) -> Option<DateTime<Utc>> {
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
    let catalogue = app.menu_of(scope.practice()).await?;
    let ground = RegisterAt {
        catalogue: &catalogue,
        rows: &known.rows,
        subjects: &known.subjects,
        on: today,
        known_at: app.clock.known(),
    };
    let notices = store::notices::all(read).await?;
    let letters = store::letters::awaited(read).await?;
    let outcomes = store::outcomes::all(read).await?;
    let paused = ground.own().into_iter().filter(RegisterLine::is_action).collect();
    Ok(RegisterPart {
        practice: scope.practice().clone(),
        today,
        todo: todo::list(&todo::TodoSources {
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
