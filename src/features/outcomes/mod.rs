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
        access::{Permit, PracticeScope, RecordStatus, SeeRegister},
        calendar,
        catalogue::Catalogue,
        notice::Notice,
        outcome::Outcome,
        register::Subjects,
    },
    error::{AppError, FieldError},
    state::AppState,
    store::{notices, outcomes},
    ui::outcome::ledger_href,
    web::{
        caller::Caller,
        forms::{self, Form, InPath},
        routes::Routes,
        shell::{self, Sheet},
    },
};

pub use json::Documentation;
use record::Draft;

pub mod api;
mod json;
mod pages;
mod record;

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
    if on < today {
        calendar::day_begins(on.plus_days(1)) - chrono::Duration::microseconds(1)
    } else {
        now
    }
}

async fn page(
    app: &AppState,
    caller: &Caller,
    practice: &OdsCode,
    title: &str,
    content: Markup,
) -> Result<Markup, AppError> {
    let place = shell::practice_place(app, practice).await?;
    let sheet = Sheet {
        title,
        current: "Actions",
        live: None,
        content,
    };
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
    let title = if error.is_some() {
        "Error: Outcomes"
    } else {
        "Outcomes"
    };
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
    let typed = OutcomeForm {
        id: Uuid::now_v7().to_string(),
        about,
        notice: query.notice,
        ..OutcomeForm::default()
    };
    form(&app, &caller, permit.scope(), typed, Vec::new()).await
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
    let typed = OutcomeForm::correcting(outcome);
    form(&app, &caller, permit.scope(), typed, Vec::new()).await
}

async fn form(
    app: &AppState,
    caller: &Caller,
    scope: &PracticeScope,
    typed: OutcomeForm,
    errors: Vec<FieldError>,
) -> Result<Response, AppError> {
    let known = Known::read(app, scope).await?;
    let view = pages::FormView::new(scope.practice(), &known, &typed, &errors);
    let (title, status) = if errors.is_empty() {
        (view.title().to_owned(), StatusCode::OK)
    } else {
        let title = format!("Error: {}", view.title());
        (title, StatusCode::UNPROCESSABLE_ENTITY)
    };
    let content = pages::form(&view);
    let page = page(app, caller, scope.practice(), &title, content).await?;
    Ok((status, page).into_response())
}

/// The form, as typed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct OutcomeForm {
    id: String,
    /// An item's code, or one with a subject's id after a dot.
    about: String,
    notice: String,
    corrects: String,
    responder: String,
    response: String,
    outcome: String,
    pounds_a_year: String,
    on: String,
    public: Option<String>,
    public_at: String,
}

impl OutcomeForm {
    fn correcting(outcome: &Outcome) -> Self {
        let text = |text: Option<String>| text.unwrap_or_default();
        Self {
            id: Uuid::now_v7().to_string(),
            about: pages::about(&outcome.item, outcome.subject),
            notice: text(outcome.notice.map(|id| id.to_string())),
            corrects: outcome.id.to_string(),
            responder: outcome.responder.clone(),
            response: outcome.response.to_string(),
            outcome: outcome.ending.to_string(),
            pounds_a_year: text(outcome.pounds_a_year.map(|n| n.to_string())),
            on: text(outcome.on.map(|day| day.to_string())),
            public: outcome.is_public.then(|| "yes".to_owned()),
            public_at: text(outcome.public_at.clone()),
        }
    }

    fn draft(&self) -> Draft {
        let typed = self.clone();
        let (item, subject) = match self.about.split_once('.') {
            Some((item, subject)) => (item.to_owned(), subject.to_owned()),
            None => (typed.about, String::new()),
        };
        Draft {
            id: typed.id,
            item,
            subject,
            notice: typed.notice,
            corrects: typed.corrects,
            responder: typed.responder,
            response: typed.response,
            outcome: typed.outcome,
            pounds_a_year: typed.pounds_a_year,
            on: typed.on,
            public: typed.public.is_some(),
            public_at: typed.public_at,
        }
    }
}

async fn add(
    permit: Permit<RecordStatus>,
    caller: Caller,
    State(app): State<AppState>,
    Form(typed): Form<OutcomeForm>,
) -> Result<Response, AppError> {
    match record::read_and_record(&app, &permit, &typed.draft()).await {
        Ok((_, written)) => {
            written.stands()?;
            let to = ledger_href(permit.scope().practice()).query("saved", 1);
            Ok(Redirect::to(to.as_str()).into_response())
        }
        Err(AppError::Invalid(errors)) => {
            let errors = errors.into_iter().map(at_its_field).collect();
            form(&app, &caller, permit.scope(), typed, errors).await
        }
        Err(error) => Err(error),
    }
}

/// On the form an item and its subject are one choice.
fn at_its_field(error: FieldError) -> FieldError {
    match error.field.as_ref() {
        "item" | "subject" | "notice" | "id" | "corrects" => {
            FieldError::new("about", error.message)
        }
        _ => error,
    }
}
