//! The browsers in which somebody who runs a practice is told: asked for, listed and ended, each by their own person.

use axum::{
    extract::State,
    http::HeaderMap,
    response::{IntoResponse, Redirect, Response},
};
use entity::ids::{OdsCode, PersonId, PushSubscriptionId};
use uuid::Uuid;

use crate::{
    domain::{
        access::{Actor, By, HearOfLimits, Permit, PracticeScope},
        push::{Hearer, MOST_A_DAY, tells},
    },
    error::{AppError, FieldError},
    href,
    operations::end_push::EndPush,
    state::AppState,
    store::{days, push as browsers},
    ui::{
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

fn practice_of(scope: &PracticeScope) -> Href {
    href!("/practices").seg(scope.practice())
}

fn page_of(scope: &PracticeScope) -> Href {
    practice_of(scope).seg("notifications")
}

/// Whose browsers these are: a person's, never a colleague's.
fn own(permit: &Permit<HearOfLimits>) -> Result<PersonId, AppError> {
    match *permit.actor() {
        Actor::Person { id, .. } => Ok(id),
        _ => Err(AppError::NotFound),
    }
}

/// The page.
pub(super) async fn show(
    permit: Permit<HearOfLimits>,
    caller: Caller,
    State(app): State<AppState>,
) -> Result<Response, AppError> {
    page(&app, &caller, (permit.scope(), own(&permit)?), &[]).await
}

async fn page(
    app: &AppState,
    caller: &Caller,
    (scope, person): (&PracticeScope, PersonId),
    errors: &[FieldError],
) -> Result<Response, AppError> {
    let held = push::listed(browsers::of_person(app.db.read(scope), person).await?);
    let says = format!(
        "You are told when somebody at the practice comes to today’s safe limit: once for each of them, and at most {MOST_A_DAY} times a \
         day. It does not say who. An import of appointments tells nobody."
    );
    let content = notifications(&Notifications {
        page: page_of(scope),
        id: &Uuid::now_v7().to_string(),
        keys: &push::keys(app)?,
        browsers: &held,
        says: &says,
        ends: "It ends too when you sign out, wherever you do, and when you no longer manage the practice.",
        is_demo: app.demo,
        errors,
    });
    let sheet = Sheet::new(Section::Capacity, "Notifications").back(&practice_of(scope).seg("capacity"), "Capacity");
    shell::show(app, caller, scope, sheet.errors(errors).content(content)).await
}

/// Takes what the browser answered.
pub(super) async fn ask(
    permit: Permit<HearOfLimits>,
    caller: Caller,
    State(app): State<AppState>,
    headers: HeaderMap,
    Form(asked): Form<Asked>,
) -> Result<Response, AppError> {
    let (scope, person) = (permit.scope(), own(&permit)?);
    let session = caller.session.ok_or(AppError::NotFound)?;
    let today = days::practice_day(app.db.read(scope), app.clock.today()).await?;
    let full = today.clinicians.iter().filter(|one| tells(&one.day)).map(|one| one.row.id).collect();
    let hearer = Hearer::Manager { person, session };
    let done = match push::read(&app, &headers, asked, (hearer, full)) {
        Ok(act) => act.perform(&app, &By::from(&permit)).await,
        Err(error) => Err(error),
    };
    match done {
        Ok(_) => Ok(Redirect::to(page_of(scope).as_str()).into_response()),
        Err(AppError::Invalid(errors)) => page(&app, &caller, (scope, person), &errors).await,
        Err(other) => Err(other),
    }
}

/// Ends one: it is told nothing any more.
pub(super) async fn end(
    permit: Permit<HearOfLimits>,
    State(app): State<AppState>,
    InPath((_, browser)): InPath<(OdsCode, PushSubscriptionId)>,
) -> Result<Redirect, AppError> {
    EndPush(browser).perform(&app, &By::from(&permit), own(&permit)?).await?;
    Ok(Redirect::to(page_of(permit.scope()).as_str()))
}
