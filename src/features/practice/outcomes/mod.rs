//! The ledger of outcomes: what came of an action, who answered, how it ended. A correction is a new entry.
//!
//! An outcome belongs to the practice that recorded it. No LMC and no ICB has a route to it.

use std::{collections::BTreeSet, sync::Arc};

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use axum_extra::extract::Query;
use chrono::{DateTime, Utc};
use entity::ids::{ItemCode, LocalDate, OdsCode, OutcomeId, SubjectId};
use maud::Markup;
use serde::Deserialize;
use uuid::Uuid;

use crate::{
    domain::{
        access::{By, Permit, PracticeScope, RecordStatus, SeeRegister},
        calendar,
        catalogue::Catalogue,
        notice::Notice,
        outcome::Outcome,
        register::Subjects,
    },
    error::{AppError, FieldError},
    operations::{self, Sent, record_outcome::RecordOutcome},
    state::AppState,
    store::{notices, outcomes},
    ui::{filled::Filled, outcome::ledger_href},
    web::{
        caller::Caller,
        doors::Page,
        forms::{self, Form, InPath},
        routes::Routes,
        shell::{self, Sheet},
    },
};

pub use json::Documentation;

pub mod api;
mod json;
mod pages;

/// The routes.
pub fn routes(routes: Routes) -> Routes {
    let routes = routes
        .get("/practices/{ods}/outcomes", SeeRegister, list)
        .post("/practices/{ods}/outcomes", RecordStatus, add)
        .get("/practices/{ods}/outcomes/new", SeeRegister, fresh)
        .get("/practices/{ods}/outcomes/{outcome}", SeeRegister, correct);
    json::routes(routes)
}

/// What one record is about.
type Key = (ItemCode, Option<SubjectId>);

/// What a practice recorded, as read at one moment.
#[derive(Debug)]
struct Known {
    /// Everything about which the register says something.
    keys: BTreeSet<Key>,
    subjects: Subjects,
    notices: Vec<Notice>,
    outcomes: Vec<Outcome>,
    today: LocalDate,
    read_at: DateTime<Utc>,
    catalogue: Arc<Catalogue>,
}

impl Known {
    async fn read(app: &AppState, scope: &PracticeScope) -> Result<Self, AppError> {
        let read = app.db.read(scope);
        let register = app.kept.registers.of_practice(read).await?;
        let rows = register.rows.iter();
        Ok(Self {
            keys: rows.map(|row| (row.item.clone(), row.subject)).collect(),
            subjects: register.subjects.clone(),
            notices: notices::all(read).await?,
            outcomes: outcomes::all(read).await?,
            today: app.clock.today(),
            read_at: app.clock.known(),
            catalogue: app.catalogue().await?,
        })
    }

    /// "Voluntary services: Ring pessaries".
    fn name(&self, item: &ItemCode, subject: Option<SubjectId>) -> String {
        let known = self.catalogue.item(item);
        let title = known.map_or(item.as_str(), |item| item.title.as_str());
        match self.subject(subject) {
            Some(name) => format!("{title}: {name}"),
            None => title.to_owned(),
        }
    }

    fn subject(&self, id: Option<SubjectId>) -> Option<&str> {
        let (_, name) = self.subjects.get(&id?)?;
        Some(name.as_str())
    }

    fn outcome(&self, id: OutcomeId) -> Option<&Outcome> {
        self.outcomes.iter().find(|one| one.id == id)
    }

    fn is_corrected(&self, id: OutcomeId) -> bool {
        self.outcomes.iter().any(|one| one.corrects == Some(id))
    }
}

/// The last moment of a day, or now.
fn known_at(on: LocalDate, today: LocalDate, now: DateTime<Utc>) -> DateTime<Utc> {
    if on < today { calendar::day_begins(on.plus_days(1)) - chrono::Duration::microseconds(1) } else { now }
}

async fn page(
    app: &AppState,
    caller: &Caller,
    practice: &OdsCode,
    title: &str,
    content: Markup,
) -> Result<Markup, AppError> {
    let place = shell::practice_place(app, practice).await?;
    let sheet = Sheet { title, current: "Actions", live: None, content };
    Ok(shell::page(app, caller, &place, sheet))
}

#[derive(Debug, Deserialize)]
struct ListQuery {
    #[serde(default)]
    on: String,
    saved: Option<String>,
}

async fn list(
    permit: Permit<SeeRegister>,
    caller: Caller,
    State(app): State<AppState>,
    Query(query): Query<ListQuery>,
) -> Result<Response, AppError> {
    let known = Known::read(&app, permit.scope()).await?;
    let (status, on, error) = match forms::as_of(&query.on, known.today) {
        Ok(on) => (StatusCode::OK, on, None),
        Err(error) => (StatusCode::UNPROCESSABLE_ENTITY, known.today, Some(error)),
    };
    let practice = permit.scope().practice();
    let title = if error.is_some() { "Error: Outcomes" } else { "Outcomes" };
    let content = pages::list(&pages::ListView {
        practice,
        known: &known,
        on,
        typed: &query.on,
        error,
        saved: query.saved.is_some(),
    });
    let page = page(&app, &caller, practice, title, content).await?;
    Ok((status, page).into_response())
}

#[derive(Debug, Deserialize)]
#[serde(default)]
#[derive(Default)]
struct FreshQuery {
    item: String,
    subject: String,
    notice: String,
}

/// An empty form, about what the address names.
async fn fresh(
    permit: Permit<SeeRegister>,
    caller: Caller,
    State(app): State<AppState>,
    Query(query): Query<FreshQuery>,
) -> Result<Response, AppError> {
    let about = match (query.item.as_str(), query.subject.as_str()) {
        (item, "") => item.to_owned(),
        (item, subject) => format!("{item}.{subject}"),
    };
    let filled = Filled::fresh([("id", Uuid::now_v7().to_string()), ("about", about), ("notice", query.notice)]);
    form(&app, &caller, permit.scope(), &filled).await
}

#[derive(Debug, Deserialize)]
struct OnePath {
    outcome: String,
}

/// The form that corrects an entry, with what it says now.
async fn correct(
    permit: Permit<SeeRegister>,
    caller: Caller,
    State(app): State<AppState>,
    InPath(path): InPath<OnePath>,
) -> Result<Response, AppError> {
    let id: OutcomeId = path.outcome.parse().map_err(|_| AppError::NotFound)?;
    let known = Known::read(&app, permit.scope()).await?;
    let outcome = known.outcome(id).ok_or(AppError::NotFound)?;
    form(&app, &caller, permit.scope(), &correcting(outcome)).await
}

/// A form with what an entry says now. On it an item's code, or one with a subject's id after a dot, is one choice.
fn correcting(outcome: &Outcome) -> Filled {
    let text = |text: Option<String>| text.unwrap_or_default();
    Filled::fresh([
        ("id", Uuid::now_v7().to_string()),
        ("about", pages::about(&outcome.item, outcome.subject)),
        ("notice", text(outcome.notice.map(|id| id.to_string()))),
        ("corrects", outcome.id.to_string()),
        ("responder", outcome.responder.clone()),
        ("response", outcome.response.to_string()),
        ("outcome", outcome.ending.to_string()),
        ("pounds_a_year", text(outcome.pounds_a_year.map(|n| n.to_string()))),
        ("on", text(outcome.on.map(|day| day.to_string()))),
        ("public", text(outcome.is_public.then(|| "yes".to_owned()))),
        ("public_at", text(outcome.public_at.clone())),
    ])
}

async fn form(app: &AppState, caller: &Caller, scope: &PracticeScope, filled: &Filled) -> Result<Response, AppError> {
    let known = Known::read(app, scope).await?;
    let view = pages::FormView::new(scope.practice(), &known, filled);
    let page = Page {
        place: shell::practice_place(app, scope.practice()).await?,
        title: view.title().to_owned(),
        current: "Actions",
        content: pages::form(&view),
    };
    Ok(page.answer(app, caller, filled))
}

async fn add(
    permit: Permit<RecordStatus>,
    caller: Caller,
    State(app): State<AppState>,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response, AppError> {
    let (by, sent) = (By::from(&permit), as_sent(&pairs));
    match operations::take::<RecordOutcome>(&app, &by, &sent, &[]).await {
        Ok(_) => {
            let to = ledger_href(permit.scope().practice()).query("saved", 1);
            Ok(Redirect::to(to.as_str()).into_response())
        }
        Err(AppError::Invalid(errors)) => {
            let filled = Filled { sent: Sent::form(pairs), errors: errors.into_iter().map(at_its_field).collect() };
            form(&app, &caller, permit.scope(), &filled).await
        }
        Err(error) => Err(error),
    }
}

/// The form by the names of the API: one choice of the page is an item and its subject, and an amount may be written as
/// people write it.
fn as_sent(pairs: &[(String, String)]) -> Sent {
    let mut fields = Vec::new();
    for (name, text) in pairs {
        match (name.as_str(), text.split_once('.')) {
            ("about", Some((item, subject))) => {
                fields.push(("item".to_owned(), item.to_owned()));
                fields.push(("subject".to_owned(), subject.to_owned()));
            }
            ("about", None) => fields.push(("item".to_owned(), text.clone())),
            ("pounds_a_year", _) => fields.push((name.clone(), text.replace([',', '£', ' '], ""))),
            _ => fields.push((name.clone(), text.clone())),
        }
    }
    Sent::form(fields)
}

fn at_its_field(error: FieldError) -> FieldError {
    match error.field.as_ref() {
        "item" | "subject" | "notice" | "id" | "corrects" => FieldError::new("about", error.message),
        _ => error,
    }
}
