//! Who manages the practice is shown, let in and taken out.

use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use entity::ids::{GrantId, OdsCode};
use serde::Deserialize;
use uuid::Uuid;

use super::view::{self, Asked, Manager, Managers, NewManager};
use crate::{
    domain::access::{Authority, By, ManageManagers, Permit},
    error::{AppError, FieldError},
    href,
    operations::{
        admit_manager::{Admission, AdmitManager, FirstPassword},
        decline_joining::DeclineJoining,
        remove_manager::RemoveManager,
    },
    state::AppState,
    store::joinings,
    ui::href::Href,
    web::{
        caller::Caller,
        forms::{self, Form, InPath},
        passwords, shell,
    },
};

fn base(practice: &OdsCode) -> Href {
    href!("/practices").seg(practice).seg("managers")
}

async fn page(
    app: &AppState,
    caller: &Caller,
    permit: &Permit<ManageManagers>,
    (typed, errors): (NewManager, &[FieldError]),
    link: Option<&str>,
) -> Result<Response, AppError> {
    let scope = permit.scope();
    let managers: Vec<Manager> = joinings::managing(app.db.read(scope))
        .await?
        .into_iter()
        .map(|(grant, person)| Manager {
            grant: grant.id,
            is_own: person.id.0 == permit.id(),
            name: person.name,
            email: person.email,
            since: grant.granted_at,
        })
        .collect();
    let asked: Vec<Asked> = joinings::of_practice(app.db.read(scope), app.clock.now())
        .await?
        .into_iter()
        .map(|row| Asked {
            id: row.id,
            name: row.name,
            email: row.email,
            on: row.asked_at,
            by_lmc: row.proposed_by.is_some(),
        })
        .collect();
    let base = base(scope.practice());
    let lists = Managers { base: &base, present: &managers, asked: &asked, mails: app.settings.mail.is_some() };
    let typed = NewManager { id: Uuid::now_v7().to_string(), ..typed };
    shell::show(app, caller, scope, view::page(&lists, &typed, errors, link)).await
}

/// `GET /practices/{ods}/managers`.
pub(super) async fn show(
    State(app): State<AppState>,
    caller: Caller,
    permit: Permit<ManageManagers>,
) -> Result<Response, AppError> {
    page(&app, &caller, &permit, (NewManager::default(), &[]), None).await
}

/// Lets somebody in whom they name.
pub(super) async fn add(
    State(app): State<AppState>,
    caller: Caller,
    permit: Permit<ManageManagers>,
    Form(form): Form<NewManager>,
) -> Result<Response, AppError> {
    let id = forms::id(&form.id, "name");
    let (name, email) = (forms::name(&form.name, "name"), forms::email(&form.email, "email"));
    let read = match (id, name, email) {
        (Ok(id), Ok(name), Ok(email)) => Ok((id, Admission::Named { name, email })),
        (id, name, email) => Err([id.err(), name.err(), email.err()].into_iter().flatten().collect::<Vec<_>>()),
    };
    match read {
        Ok((id, whom)) => admit(&app, &caller, &permit, (id, whom), form).await,
        Err(errors) => page(&app, &caller, &permit, (form, &errors), None).await,
    }
}

async fn admit(
    app: &AppState,
    caller: &Caller,
    permit: &Permit<ManageManagers>,
    (id, whom): (Uuid, Admission),
    typed: NewManager,
) -> Result<Response, AppError> {
    let link = passwords::link(app, id)?;
    let act = AdmitManager { whom, password: FirstPassword { link: link.id, link_hash: link.secret_hash } };
    match act.perform(app, &By::from(permit)).await {
        Ok(added) if added.has_link && app.settings.mail.is_none() => {
            page(app, caller, permit, (NewManager::default(), &[]), Some(&link.address)).await
        }
        Ok(_) => Ok(back(permit)),
        Err(AppError::Conflict(why)) => {
            let errors = [FieldError::new("email", why)];
            page(app, caller, permit, (typed, &errors), None).await
        }
        Err(other) => Err(other),
    }
}

fn back(permit: &Permit<ManageManagers>) -> Response {
    Redirect::to(base(permit.scope().practice()).as_str()).into_response()
}

/// By what somebody manages the practice.
#[derive(Debug, Deserialize)]
pub(super) struct Held {
    grant: Uuid,
}

/// Takes the role from somebody.
pub(super) async fn remove(
    State(app): State<AppState>,
    caller: Caller,
    permit: Permit<ManageManagers>,
    InPath(Held { grant }): InPath<Held>,
) -> Result<Response, AppError> {
    match RemoveManager(GrantId(grant)).perform(&app, &By::from(&permit)).await {
        Ok(()) => Ok(back(&permit)),
        Err(AppError::Conflict(why)) => {
            let errors = [FieldError::new("managers", why)];
            page(&app, &caller, &permit, (NewManager::default(), &errors), None).await
        }
        Err(other) => Err(other),
    }
}

/// Which of those who ask.
#[derive(Debug, Deserialize)]
pub(super) struct Which {
    joining: Uuid,
}

/// Lets somebody in who asked.
pub(super) async fn let_in(
    State(app): State<AppState>,
    caller: Caller,
    permit: Permit<ManageManagers>,
    InPath(Which { joining }): InPath<Which>,
) -> Result<Response, AppError> {
    let whom = (Uuid::now_v7(), Admission::Asked(joining));
    admit(&app, &caller, &permit, whom, NewManager::default()).await
}

/// Declines.
pub(super) async fn decline(
    State(app): State<AppState>,
    permit: Permit<ManageManagers>,
    InPath(Which { joining }): InPath<Which>,
) -> Result<Response, AppError> {
    DeclineJoining(joining).for_practice(&app, &By::from(&permit)).await?;
    Ok(back(&permit))
}
