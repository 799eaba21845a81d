//! The first page, and the pages that explain the product; in the demo the way in as any role.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use maud::Markup;
use serde::Deserialize;

use super::{
    enrol,
    home::{self, Home},
    pages,
    session::{self, Kind},
};
use crate::{
    domain::access::{Actor, Grant, Role},
    error::AppError,
    href,
    state::AppState,
    store::{self, people},
    web::{browser::Browser, caller::Caller, forms::Form},
};

/// Whoever is signed in is led home; others read what this is.
pub(super) async fn front(State(app): State<AppState>, caller: Caller) -> Result<Response, AppError> {
    if caller.waits_for_pin() {
        return session::redirect(&href!("/unlock"), Vec::new());
    }
    match home::of(&caller.actor) {
        Home::Front => {
            let now = right_now(&app).await?;
            Ok(pages::front(&app, &caller, now.as_ref()).into_response())
        }
        home => session::redirect(&home.href(), Vec::new()),
    }
}

async fn right_now(app: &AppState) -> Result<Option<store::right_now::RightNow>, AppError> {
    if !app.demo {
        return Ok(None);
    }
    let today = app.clock.today();
    Ok(Some(store::right_now::right_now(app.db.unscoped(), today).await?))
}

/// Who can see what.
pub(super) async fn who_sees_what(State(app): State<AppState>, caller: Caller) -> Markup {
    pages::who_sees_what(&app, &caller)
}

/// How accessible the pages are.
pub(super) async fn accessibility(State(app): State<AppState>, caller: Caller) -> Markup {
    pages::accessibility(&app, &caller)
}

/// As whom to try the demo.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Part {
    Clinician,
    Manager,
    Lmc,
    Icb,
}

impl Part {
    /// The well-known person of the demo; a clinician is one of the manager's practice.
    fn email(self) -> &'static str {
        match self {
            Self::Clinician | Self::Manager => "manager@demo.invalid",
            Self::Lmc => "lmc@demo.invalid",
            Self::Icb => "icb@demo.invalid",
        }
    }
}

/// The form of a button "Try it as".
#[derive(Debug, Deserialize)]
pub(super) struct Try {
    role: Part,
}

/// Signs in without a password. There is no such page outside the demo.
pub(super) async fn demo_sign_in(
    State(app): State<AppState>,
    caller: Caller,
    browser: Browser,
    Form(form): Form<Try>,
) -> Result<Response, AppError> {
    if !app.demo {
        return Err(AppError::NotFound);
    }
    let person = people::person_by_email(app.db.unscoped(), form.role.email()).await?.ok_or(AppError::NotFound)?;
    if matches!(form.role, Part::Clinician) {
        let grants = people::grants(app.db.unscoped(), person.id).await?;
        return as_clinician(&app, &caller, browser, &grants).await;
    }
    let (opening, grants) = session::open(&app, &caller, (person.id, None), Kind::Browser, browser).await?;
    let actor = Actor::Person { id: person.id, grants };
    opening.redirect(&app, &home::of(&actor).href())
}

/// Enrols this browser for the first clinician of the manager's practice.
async fn as_clinician(
    app: &AppState,
    caller: &Caller,
    browser: Browser,
    grants: &[Grant],
) -> Result<Response, AppError> {
    let practice = grants
        .iter()
        .find(|grant| grant.role == Role::PracticeManager)
        .and_then(|grant| (&grant.organisation).try_into().ok())
        .ok_or(AppError::NotFound)?;
    let clinician = store::right_now::first_clinician(app.db.unscoped(), &practice, app.clock.today())
        .await?
        .ok_or(AppError::NotFound)?;
    enrol::enrol_for_demo(app, caller, browser, &clinician).await
}
