//! In the demo the way in as any role, without a password.

use axum::{extract::State, http::HeaderMap, response::Response};
use entity::ids::DeviceId;
use serde::Deserialize;
use uuid::Uuid;

use super::enrol;
use crate::{
    domain::access::{Actor, By, Grant, Role},
    error::AppError,
    operations::enrol_device::{EnrolDevice, Invitation},
    state::AppState,
    store::{
        self,
        people::{self, ClinicianRow},
    },
    web::{
        browser::Browser,
        caller::Caller,
        forms::Form,
        home, secrets,
        sessions::{self, Kind, Shown},
    },
};

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
pub(super) async fn sign_in(
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
    let shown = Shown { person: person.id, right: None, given: None, by_provider: None };
    let opened = sessions::open(&app, &caller, shown, Kind::Browser, browser).await?;
    let (opening, grants) = opened.ok_or(AppError::NotFound)?;
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
    enrol_for(app, caller, browser, &clinician).await
}

/// Enrols this browser for a clinician without a link: the demo's way in.
async fn enrol_for(
    app: &AppState,
    caller: &Caller,
    browser: Browser,
    clinician: &ClinicianRow,
) -> Result<Response, AppError> {
    let own = secrets::fresh();
    let id = DeviceId(Uuid::now_v7());
    let row = enrol::device(app, id, clinician, secrets::hash(&own), None);
    let enrolled =
        EnrolDevice { invited: Invitation::Demo, device: row.clone(), replaces: browser.session().map(str::to_owned) };
    enrolled.perform(app, &By::from(&caller.sign_in()?)).await?;
    // A visitor is one person after another: the demo keeps no other place.
    enrol::welcome(app, &HeaderMap::new(), row, own, Vec::new())
}
