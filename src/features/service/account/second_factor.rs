//! One's own authenticator app: set up with a first code, set up again on another phone.

use axum::{extract::State, response::Response};
use axum_extra::extract::Query;
use serde::Deserialize;
use uuid::Uuid;

use super::{
    page::own,
    proof::{self, Place},
    second_factor_view::{self as view, Offer, State as Standing},
};
use crate::{
    domain::{
        access::{By, KeepAccount, Permit, SeeAccount},
        second_factor,
    },
    error::{AppError, FieldError},
    operations::confirm_second_factor::ConfirmSecondFactor,
    state::AppState,
    store::{
        people::PersonRow,
        second_factors,
        sessions::{self as stored},
    },
    web::{
        address::Address,
        browser::Browser,
        caller::Caller,
        forms::Form,
        second_factor::{self as codes, Authenticator},
        secrets, shell,
    },
};

/// Whether a new app is wanted in the place of the one that is there.
#[derive(Debug, Deserialize)]
pub(super) struct Again {
    #[serde(default)]
    again: String,
}

/// What is set up, or the form that sets one up.
pub(super) async fn show(
    State(app): State<AppState>,
    caller: Caller,
    permit: Permit<SeeAccount>,
    Query(again): Query<Again>,
) -> Result<Response, AppError> {
    if permit.scope().person().is_none() {
        return Err(AppError::NotYours);
    }
    let person = stored::owner(app.db.read(permit.scope())).await?.ok_or(AppError::NotFound)?;
    let held = second_factors::own(app.db.read(permit.scope())).await?;
    let sheet = match held {
        Some((row, codes_left)) if again.again != "yes" => {
            view::standing(&Standing { since: row.confirmed_at, codes_left })
        }
        _ if app.demo => view::demo(),
        held => {
            let id = codes::fresh(app.clock.now());
            offer(&app, &caller, &person, id, (held.is_some(), &[]))?
        }
    };
    Ok(shell::outside(&app, &caller, sheet))
}

fn offer(
    app: &AppState,
    caller: &Caller,
    person: &PersonRow,
    id: Uuid,
    (has_one, errors): (bool, &[FieldError]),
) -> Result<crate::ui::sheet::Sheet, AppError> {
    let offered = Authenticator::offered(app, person, id)?;
    Ok(view::offer(&Offer {
        id,
        address: &offered.address()?,
        typed: &offered.typed(),
        has_one,
        is_needed: caller.lacks_second_factor,
        has_password: person.password_hash.is_some(),
        errors,
    }))
}

/// The first code of an app, and the password.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Confirm {
    id: Uuid,
    #[serde(default)]
    code: String,
    #[serde(default)]
    current: String,
}

/// Confirms the app that was offered, and shows its recovery codes, this once.
pub(super) async fn confirm(
    State(app): State<AppState>,
    caller: Caller,
    permit: Permit<KeepAccount>,
    address: Address,
    browser: Browser,
    Form(form): Form<Confirm>,
) -> Result<Response, AppError> {
    let (id, here) = own(&app, &caller, &permit)?;
    let person = stored::owner(app.db.read(permit.scope())).await?.ok_or(AppError::NotFound)?;
    let (now, has_one) = (app.clock.now(), second_factors::own(app.db.read(permit.scope())).await?.is_some());
    let again = |offered: Uuid, error: FieldError| -> Result<Response, AppError> {
        Ok(shell::outside(&app, &caller, offer(&app, &caller, &person, offered, (has_one, &[error]))?))
    };
    if !codes::is_fresh(form.id, now) {
        return again(codes::fresh(now), FieldError::new("code", "This page is too old: scan its new picture"));
    }
    let offered = Authenticator::offered(&app, &person, form.id)?;
    let Some(step) = offered.step_of(&form.code, now) else {
        return again(form.id, FieldError::new("code", "This is not the code the app shows now for the picture above"));
    };
    let place = Place { caller: &caller, permit: &permit, address: &address, browser: &browser };
    let right = match proof::shown(&app, &place, &person, form.current).await? {
        Ok(right) => right,
        Err(error) => return again(form.id, error),
    };
    let recovery = codes::recovery_codes();
    let confirmed = ConfirmSecondFactor {
        id: form.id,
        person: id,
        secret_hash: offered.secret_hash,
        step,
        codes: recovery.iter().map(|code| secrets::hash(code)).collect(),
        stays: here,
        right,
    };
    if !confirmed.perform(&app, &By::from(&permit)).await? {
        return Err(AppError::NotFound);
    }
    let printed: Vec<String> = recovery.iter().map(|code| second_factor::printed(code)).collect();
    Ok(shell::outside(&app, &caller, view::confirmed(&printed)))
}
