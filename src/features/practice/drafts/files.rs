//! The drafts as CSV files.

use axum::{extract::State, response::Response};
use axum_extra::extract::Query;
use entity::ids::LocalDate;

use super::page::{self, WeekQuery};
use crate::{
    domain::{
        access::{Permit, SeeRegister},
        action::{self, Trust},
        draft::{self, DayDraft, ItemDraft},
        limit::{Headroom, PracticeDay},
    },
    error::AppError,
    exchange::draft_csv,
    state::AppState,
    web::download,
};

/// Columns of the week's file.
const WEEK: [&str; 10] = [
    "day",
    "contacts",
    "over",
    "limit",
    "left",
    "clinicians counted",
    "state as measured",
    "sessions",
    "appointments attended",
    "note",
];

/// Columns of the survey's file.
const SURVEY: [&str; 5] = ["code", "item", "answer", "recorded", "as of"];

/// The week.
pub(super) async fn week(
    permit: Permit<SeeRegister>,
    State(app): State<AppState>,
    Query(query): Query<WeekQuery>,
) -> Result<Response, AppError> {
    let about = page::about(&app, permit.scope().practice(), &query).await?;
    let days = page::week(&app, permit.scope(), &about).await?;
    let rows = days.iter().map(week_line);
    let name = format!("week-{}-{}.csv", about.practice, about.monday);
    Ok(download::file(download::CSV, &name, draft_csv::write(&WEEK, rows)))
}

/// The answers.
pub(super) async fn survey(permit: Permit<SeeRegister>, State(app): State<AppState>) -> Result<Response, AppError> {
    let read = app.db.read(permit.scope());
    let known = app.caches.registers.of_practice(read).await?;
    let (catalogue, today) = (app.menu_of(permit.scope().practice()).await?, app.clock.today());
    let standings = action::standings(&known.rows, today, app.clock.known(), Trust::Confirmed);
    let (items, _) = draft::survey(&catalogue, &standings, &known.subjects, today);
    let rows = items.iter().map(|item| survey_line(item, today));
    let name = format!("survey-{}-{today}.csv", permit.scope().practice());
    Ok(download::file(download::CSV, &name, draft_csv::write(&SURVEY, rows)))
}

/// One day of the week's file; sessions as a number with a point.
fn week_line(day: &DayDraft) -> [String; 10] {
    let contacts = |of: fn(&PracticeDay) -> u32| day.contacts.as_ref().map(of).map(|n| n.to_string());
    let halves = day.half_sessions.map(|halves| {
        let point = if halves % 2 == 1 { ".5" } else { "" };
        format!("{}{point}", halves / 2)
    });
    let note = if day.so_far && day.contacts.is_some() { "so far" } else { "" };
    [
        day.on.to_string(),
        contacts(|day| day.counted).unwrap_or_default(),
        contacts(|day| day.over).unwrap_or_default(),
        contacts(|day| day.limit).unwrap_or_default(),
        contacts(PracticeDay::left).unwrap_or_default(),
        contacts(|day| day.clinicians).unwrap_or_default(),
        day.headroom().map_or("", Headroom::pressure).to_owned(),
        halves.unwrap_or_default(),
        day.appointments.map(|n| n.to_string()).unwrap_or_default(),
        note.to_owned(),
    ]
}

/// One item of the survey's file.
fn survey_line(draft: &ItemDraft<'_>, on: LocalDate) -> [String; 5] {
    [
        draft.item.code.to_string(),
        draft.item.title.clone(),
        draft.answer.words().to_owned(),
        draft.recorded.join("; "),
        on.to_string(),
    ]
}
