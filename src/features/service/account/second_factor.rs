//! One's own second factor: the app, set up with a first code and again on another phone, beside the passkeys.

use axum::{extract::State, response::Response};
use axum_extra::extract::Query;
use serde::Deserialize;
use uuid::Uuid;

use super::{
    passkeys::line,
    proof::{self, Place, own},
    prove,
    second_factor_view::{self as view, Offer, State as Standing},
};
use crate::{
    domain::{
        access::{By, KeepAccount, Permit, SeeAccount},
        second_factor,
    },
    error::{AppError, FieldError},
    href,
    operations::confirm_second_factor::ConfirmSecondFactor,
    state::AppState,
    store::{
        passkeys as stored_passkeys,
        people::PersonRow,
        second_factors,
        sessions::{self as stored},
    },
    ui::href::Href,
    web::{
        address::Address,
        browser::Browser,
        caller::Caller,
        forms::Form,
        passkeys::unusable,
        second_factor::{self as codes, Authenticator},
        secrets, shell,
    },
};

/// Whether a new app is wanted, and what was done a moment ago.
#[derive(Debug, Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    again: String,
    #[serde(default)]
    done: String,
}

fn again_href() -> Href {
    href!("/account/second-factor").query("again", "yes")
}

/// What is set up, or the form that sets one up.
pub(super) async fn show(
    State(app): State<AppState>,
    caller: Caller,
    permit: Permit<SeeAccount>,
    Query(asked): Query<Asked>,
) -> Result<Response, AppError> {
    if permit.scope().person().is_none() {
        return Err(AppError::NotYours);
    }
    let person = stored::owner(app.db.read(permit.scope())).await?.ok_or(AppError::NotFound)?;
    let held = second_factors::own(app.db.read(permit.scope())).await?;
    let passkeys = stored_passkeys::own(app.db.read(permit.scope())).await?;
    let is_there = held.is_some() || !passkeys.is_empty();
    let sheet = if is_there && asked.again != "yes" {
        view::standing(&Standing {
            app: held.map(|(row, codes_left)| (row.confirmed_at, codes_left)),
            passkeys: passkeys.iter().map(line).collect(),
            unusable: unusable(&app.settings),
            done: &asked.done,
        })
    } else if app.demo {
        view::demo()
    } else if let Some(asks) = prove::due(&app, &caller, permit.scope(), &again_href()).await? {
        asks
    } else {
        let id = codes::fresh(app.clock.now());
        offer(&app, &caller, &person, id, (held.is_some(), &[]))?
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
        passkey_instead: (!has_one && unusable(&app.settings).is_none()).then_some(href!("/account/passkeys/new")),
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
    if let Some(asks) = prove::due(&app, &caller, permit.scope(), &again_href()).await? {
        return Ok(shell::outside(&app, &caller, asks));
    }
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
