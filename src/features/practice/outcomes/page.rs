//! The ledger of outcomes, and the form that records or corrects an entry.

use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use axum_extra::extract::Query;
use entity::ids::OutcomeId;
use serde::Deserialize;
use uuid::Uuid;

use super::{read::known, view};
use crate::{
    domain::{
        access::{By, Permit, PracticeScope, RecordStatus, SeeRegister},
        outcome::Outcome,
    },
    error::{AppError, FieldError},
    operations::{self, Sent, record_outcome::RecordOutcome},
    state::AppState,
    ui::{filled::Filled, outcome::ledger_href},
    web::{
        caller::Caller,
        forms::{self, Form, InPath},
        shell,
    },
};

#[derive(Debug, Deserialize)]
pub(super) struct ListQuery {
    #[serde(default)]
    on: String,
    saved: Option<String>,
}

pub(super) async fn list(
    permit: Permit<SeeRegister>,
    caller: Caller,
    State(app): State<AppState>,
    Query(query): Query<ListQuery>,
) -> Result<Response, AppError> {
    let known = known(&app, permit.scope()).await?;
    let (on, error) = match forms::as_of(&query.on, known.today) {
        Ok(on) => (on, None),
        Err(error) => (known.today, Some(error)),
    };
    let sheet = view::list(&view::ListView {
        practice: permit.scope().practice(),
        known: &known,
        on,
        typed: &query.on,
        error,
        saved: query.saved.is_some(),
    });
    shell::show(&app, &caller, permit.scope(), sheet).await
}

#[derive(Debug, Deserialize)]
#[serde(default)]
#[derive(Default)]
pub(super) struct FreshQuery {
    item: String,
    subject: String,
    notice: String,
}

/// An empty form, about what the address names.
pub(super) async fn fresh(
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
pub(super) struct OnePath {
    outcome: String,
}

/// The form that corrects an entry, with what it says now.
pub(super) async fn correct(
    permit: Permit<SeeRegister>,
    caller: Caller,
    State(app): State<AppState>,
    InPath(path): InPath<OnePath>,
) -> Result<Response, AppError> {
    let id: OutcomeId = path.outcome.parse().map_err(|_| AppError::NotFound)?;
    let known = known(&app, permit.scope()).await?;
    let outcome = known.outcome(id).ok_or(AppError::NotFound)?;
    form(&app, &caller, permit.scope(), &correcting(outcome)).await
}

/// A form with what an entry says now. On it an item's code, or one with a subject's id after a dot, is one choice.
fn correcting(outcome: &Outcome) -> Filled {
    let text = |text: Option<String>| text.unwrap_or_default();
    Filled::fresh([
        ("id", Uuid::now_v7().to_string()),
        ("about", view::about(&outcome.item, outcome.subject)),
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
    let known = known(app, scope).await?;
    let sheet = view::form(&view::FormView::new(scope.practice(), &known, filled));
    shell::show(app, caller, scope, sheet).await
}

pub(super) async fn add(
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
