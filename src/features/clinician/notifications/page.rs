//! The browsers in which a clinician is told: asked for, listed and ended.

use axum::{
    extract::State,
    http::HeaderMap,
    response::{IntoResponse, Redirect, Response},
};
use entity::ids::{ClinicianId, OdsCode, PushSubscriptionId};
use uuid::Uuid;

use crate::{
    domain::{
        access::{Actor, By, ClinicianScope, HearOwnLimit, Permit},
        push::{Hearer, tells},
    },
    error::{AppError, FieldError},
    operations::end_push::EndPush,
    state::AppState,
    store::{days, people, push as browsers},
    ui::{
        day,
        href::Href,
        push::{Notifications, notifications},
        sections::Section,
        sheet::Sheet,
    },
    web::{
        caller::Caller,
        forms::{Form, InPath},
        push::{self, Asked},
        shell,
    },
};

fn page_of(scope: &ClinicianScope) -> Href {
    day::home(scope).seg("notifications")
}

/// The page.
pub(super) async fn show(
    permit: Permit<HearOwnLimit>,
    caller: Caller,
    State(app): State<AppState>,
) -> Result<Response, AppError> {
    page(&app, &caller, permit.scope(), &[]).await
}

async fn page(
    app: &AppState,
    caller: &Caller,
    scope: &ClinicianScope,
    errors: &[FieldError],
) -> Result<Response, AppError> {
    let read = app.db.read(scope);
    let label = people::clinician(read).await?.ok_or(AppError::NotFound)?.label;
    let held = push::listed(browsers::of_clinician(read).await?);
    let place = shell::clinician_place(app, scope, &label).await?;
    let content = notifications(&Notifications {
        page: page_of(scope),
        id: &Uuid::now_v7().to_string(),
        keys: &push::keys(app)?,
        browsers: &held,
        says: "You are told once a day, when your own day comes to your safe limit: whether you counted on this device, on another, \
               or a number of the day was entered. An import of appointments tells nobody.",
        ends: "It ends too when this device is signed out, revoked, or its 90 days are over.",
        is_demo: app.demo,
        errors,
    });
    let sheet = Sheet::new(Section::MyDay, "Notifications").back(&day::home(scope), "My day").errors(errors);
    Ok(shell::page(app, caller, &place, sheet.content(content)))
}

/// Takes what the browser answered.
pub(super) async fn ask(
    permit: Permit<HearOwnLimit>,
    caller: Caller,
    State(app): State<AppState>,
    headers: HeaderMap,
    Form(asked): Form<Asked>,
) -> Result<Response, AppError> {
    let scope = permit.scope();
    let Actor::Device { id: device, .. } = *permit.actor() else {
        return Err(AppError::NotFound);
    };
    let hearer = Hearer::Clinician { clinician: scope.clinician(), device };
    let today = days::clinician_day(app.db.read(scope), app.clock.today()).await?.day;
    let full = if tells(&today) { vec![scope.clinician()] } else { Vec::new() };
    let done = match push::read(&app, &headers, asked, (hearer, full)) {
        Ok(act) => act.perform_own(&app, &By::from(&permit)).await,
        Err(error) => Err(error),
    };
    match done {
        Ok(_) => Ok(Redirect::to(page_of(scope).as_str()).into_response()),
        Err(AppError::Invalid(errors)) => page(&app, &caller, scope, &errors).await,
        Err(other) => Err(other),
    }
}

/// Ends one: it is told nothing any more.
pub(super) async fn end(
    permit: Permit<HearOwnLimit>,
    State(app): State<AppState>,
    InPath((_, _, browser)): InPath<(OdsCode, ClinicianId, PushSubscriptionId)>,
) -> Result<Redirect, AppError> {
    EndPush(browser).perform_own(&app, &By::from(&permit)).await?;
    Ok(Redirect::to(page_of(permit.scope()).as_str()))
}
