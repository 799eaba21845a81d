//! One's own passkeys: added in two steps, so that the name and the password are right before an authenticator makes one; and removed.

use axum::{extract::State, response::Response};
use axum_extra::extract::Query;
use entity::ids::SessionId;
use serde::Deserialize;
use uuid::Uuid;

use super::{
    passkey_view::{self as view, NewPasskey, PasskeyLine, Remove},
    proof::{self, Place, own},
    prove, second_factor_view,
};
use crate::{
    domain::{
        access::{AccountScope, By, KeepAccount, Permit, SeeAccount},
        name::PasskeyName,
        passkey::MOST,
    },
    error::{AppError, FieldError},
    href,
    operations::{
        add_passkey::PasskeyAddition,
        remove_passkey::{PasskeyRemoval, RemovePasskey},
    },
    state::AppState,
    store::{
        passkeys::{self as kept, PasskeyRow},
        people::PersonRow,
        sessions as stored,
    },
    ui::href::Href,
    web::{
        address::Address,
        browser::Browser,
        caller::Caller,
        forms::Form,
        passkeys::{self, Wish},
        sessions, shell,
    },
};

/// A passkey as pages show it.
pub(super) fn line(row: &PasskeyRow) -> PasskeyLine {
    PasskeyLine { id: row.id, name: row.name.clone(), added: row.added_at, last_used: row.last_used_at }
}

async fn owner(app: &AppState, scope: &AccountScope) -> Result<PersonRow, AppError> {
    stored::owner(app.db.read(scope)).await?.ok_or(AppError::NotFound)
}

fn add_href() -> Href {
    href!("/account/passkeys/new")
}

/// The form that adds one.
pub(super) async fn new(
    State(app): State<AppState>,
    caller: Caller,
    permit: Permit<SeeAccount>,
) -> Result<Response, AppError> {
    if permit.scope().person().is_none() {
        return Err(AppError::NotYours);
    }
    if app.demo {
        return Ok(shell::outside(&app, &caller, second_factor_view::demo()));
    }
    if let Some(asks) = prove::due(&app, &caller, permit.scope(), &add_href()).await? {
        return Ok(shell::outside(&app, &caller, asks));
    }
    form(&app, &caller, permit.scope(), ("", &[])).await
}

async fn form(
    app: &AppState,
    caller: &Caller,
    scope: &AccountScope,
    (name, errors): (&str, &[FieldError]),
) -> Result<Response, AppError> {
    let sheet = view::new(&NewPasskey {
        name,
        has_password: owner(app, scope).await?.password_hash.is_some(),
        unusable: passkeys::unusable(&app.settings),
        errors,
    });
    Ok(shell::outside(app, caller, sheet))
}

/// The first step.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Begin {
    #[serde(default)]
    name: String,
    #[serde(default)]
    current: String,
}

/// Looks at the name and the password, and then lets the browser make one.
pub(super) async fn begin(
    State(app): State<AppState>,
    caller: Caller,
    permit: Permit<KeepAccount>,
    address: Address,
    browser: Browser,
    Form(typed): Form<Begin>,
) -> Result<Response, AppError> {
    let (_, session) = own(&app, &caller, &permit)?;
    let scope = permit.scope();
    if let Some(asks) = prove::due(&app, &caller, scope, &add_href()).await? {
        return Ok(shell::outside(&app, &caller, asks));
    }
    if passkeys::unusable(&app.settings).is_some() {
        return form(&app, &caller, scope, (&typed.name, &[])).await;
    }
    let name = match typed.name.parse::<PasskeyName>() {
        Ok(name) => name.to_string(),
        Err(why) => {
            return refuse(&app, &caller, scope, (&typed.name, FieldError::new("name", why.to_string()))).await;
        }
    };
    let held = kept::own(app.db.read(scope)).await?;
    if held.len() >= MOST {
        let full =
            FieldError::new("name", format!("You have {MOST} passkeys, and no account has more. Remove one first"));
        return refuse(&app, &caller, scope, (&typed.name, full)).await;
    }
    let person = owner(&app, scope).await?;
    let place = Place { caller: &caller, permit: &permit, address: &address, browser: &browser };
    let right = match proof::shown(&app, &place, &person, typed.current).await? {
        Ok(right) => right,
        Err(error) => return refuse(&app, &caller, scope, (&typed.name, error)).await,
    };
    let asked = passkeys::ask_to_make(&app, &person, &held, Wish { session, name: name.clone(), right })?;
    Ok(shell::outside(&app, &caller, view::make(&name, (&asked.options, &asked.state))))
}

async fn refuse(
    app: &AppState,
    caller: &Caller,
    scope: &AccountScope,
    (name, error): (&str, FieldError),
) -> Result<Response, AppError> {
    form(app, caller, scope, (name, &[error])).await
}

/// The second step: what the authenticator made.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Made {
    #[serde(default)]
    state: String,
    #[serde(default)]
    credential: String,
}

/// Adds it.
pub(super) async fn add(
    State(app): State<AppState>,
    caller: Caller,
    permit: Permit<KeepAccount>,
    Form(made): Form<Made>,
) -> Result<Response, AppError> {
    let own = own(&app, &caller, &permit)?;
    let why = match passkeys::made(&app, own, (&made.state, &made.credential))? {
        None => "Your browser’s answer was not taken, or took more than ten minutes. Begin again",
        Some(passkey) => match passkey.perform(&app, &By::from(&permit)).await? {
            PasskeyAddition::Added => return done("passkey-added"),
            PasskeyAddition::TooMany => "You have as many passkeys as one account may have. Remove one first",
            PasskeyAddition::Known => "This passkey is in use already",
            PasskeyAddition::Gone => return Err(AppError::NotFound),
        },
    };
    refuse(&app, &caller, permit.scope(), ("", FieldError::new("name", why))).await
}

fn done(what: &str) -> Result<Response, AppError> {
    sessions::redirect(&href!("/account/second-factor").query("done", what), Vec::new())
}

/// Which.
#[derive(Debug, Deserialize)]
pub(super) struct Which {
    passkey: Uuid,
}

fn remove_href(passkey: Uuid) -> Href {
    href!("/account/passkeys/remove").query("passkey", passkey.to_string())
}

/// Asks whether to remove one.
pub(super) async fn ask(
    State(app): State<AppState>,
    caller: Caller,
    permit: Permit<SeeAccount>,
    Query(which): Query<Which>,
) -> Result<Response, AppError> {
    removal(&app, &caller, permit.scope(), (which.passkey, &[])).await
}

async fn removal(
    app: &AppState,
    caller: &Caller,
    scope: &AccountScope,
    (passkey, errors): (Uuid, &[FieldError]),
) -> Result<Response, AppError> {
    let held = kept::own(app.db.read(scope)).await?;
    let row = held.iter().find(|row| row.id == passkey).ok_or(AppError::NotFound)?;
    if let Some(asks) = prove::due(app, caller, scope, &remove_href(passkey)).await? {
        return Ok(shell::outside(app, caller, asks));
    }
    let has_password = owner(app, scope).await?.password_hash.is_some();
    Ok(shell::outside(app, caller, view::remove(&Remove { line: line(row), has_password, errors })))
}

/// Which, and the password.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Removed {
    passkey: Uuid,
    #[serde(default)]
    current: String,
}

/// Removes one.
pub(super) async fn remove(
    State(app): State<AppState>,
    caller: Caller,
    permit: Permit<KeepAccount>,
    address: Address,
    browser: Browser,
    Form(form): Form<Removed>,
) -> Result<Response, AppError> {
    let (person, stays): (_, SessionId) = own(&app, &caller, &permit)?;
    let (scope, passkey) = (permit.scope(), form.passkey);
    if kept::own(app.db.read(scope)).await?.iter().all(|row| row.id != passkey) {
        return Err(AppError::NotFound);
    }
    if let Some(asks) = prove::due(&app, &caller, scope, &remove_href(passkey)).await? {
        return Ok(shell::outside(&app, &caller, asks));
    }
    let place = Place { caller: &caller, permit: &permit, address: &address, browser: &browser };
    let right = match proof::shown(&app, &place, &owner(&app, scope).await?, form.current).await? {
        Ok(right) => right,
        Err(error) => return removal(&app, &caller, scope, (passkey, &[error])).await,
    };
    match (RemovePasskey { person, passkey, stays, right }).perform(&app, &By::from(&permit)).await? {
        PasskeyRemoval::Removed => done("passkey-removed"),
        PasskeyRemoval::LastNeeded => {
            let why = "This is your only second factor, and your role needs one. Add another passkey or an authenticator app first";
            removal(&app, &caller, scope, (passkey, &[FieldError::new("current", why)])).await
        }
        PasskeyRemoval::Gone => Err(AppError::NotFound),
    }
}
