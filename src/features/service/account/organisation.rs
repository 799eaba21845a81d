//! The organisation's sign-in on one's own account: added as another way in, and removed while one remains.

use axum::{extract::State, response::Response};
use axum_extra::extract::Query;
use serde::Deserialize;
use uuid::Uuid;

use super::{
    organisation_view::{self as view, Added, Organisation},
    page::Told,
    proof::{self, Place, own},
    prove,
};
use crate::{
    domain::access::{AccountScope, By, KeepAccount, Permit, SeeAccount},
    error::{AppError, FieldError},
    href,
    operations::remove_outside_identity::{Removal, RemoveOutsideIdentity},
    state::AppState,
    store::{outside_identities, people::PersonRow, sessions as stored},
    web::{
        address::Address, browser::Browser, by_provider, caller::Caller, errand::Errand, forms::Form, sessions, shell,
    },
};

/// What was added, and the form that adds.
pub(super) async fn show(
    State(app): State<AppState>,
    caller: Caller,
    permit: Permit<SeeAccount>,
    Query(told): Query<Told>,
) -> Result<Response, AppError> {
    if permit.scope().person().is_none() {
        return Err(AppError::NotYours);
    }
    page(&app, &caller, permit.scope(), (told.done(), &[])).await
}

async fn page(
    app: &AppState,
    caller: &Caller,
    scope: &AccountScope,
    (done, errors): (&str, &[FieldError]),
) -> Result<Response, AppError> {
    let provider = by_provider::provider(app)?;
    let person = stored::owner(app.db.read(scope)).await?.ok_or(AppError::NotFound)?;
    let held = outside_identities::own(app.db.read(scope)).await?;
    let added = held.iter().map(|row| Added {
        id: row.id,
        at: row.added_at,
        last_used: row.last_used_at,
        works: row.issuer == provider.issuer(),
    });
    let sheet = view::organisation(&Organisation {
        words: provider.words(),
        has_password: person.password_hash.is_some(),
        added: added.collect(),
        done,
        errors,
    });
    Ok(shell::outside(app, caller, sheet))
}

/// The password.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Begin {
    #[serde(default)]
    current: String,
}

/// Off to the organisation's sign-in, to add it.
pub(super) async fn begin(
    State(app): State<AppState>,
    caller: Caller,
    permit: Permit<KeepAccount>,
    address: Address,
    browser: Browser,
    Form(form): Form<Begin>,
) -> Result<Response, AppError> {
    by_provider::provider(&app)?;
    let (person, session) = own(&app, &caller, &permit)?;
    if let Some(asks) = prove::due(&app, &caller, permit.scope(), &href!("/account/organisation")).await? {
        return Ok(shell::outside(&app, &caller, asks));
    }
    let owner = owner(&app, &permit).await?;
    let place = Place { caller: &caller, permit: &permit, address: &address, browser: &browser };
    match proof::shown(&app, &place, &owner, form.current).await? {
        Ok(right) => by_provider::begin(&app, &caller, Errand::Account { person, session, right }).await,
        Err(error) => page(&app, &caller, permit.scope(), ("", &[error])).await,
    }
}

/// Which, and the password.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Remove {
    identity: Uuid,
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
    Form(form): Form<Remove>,
) -> Result<Response, AppError> {
    let issuer = by_provider::provider(&app)?.issuer().to_owned();
    let (person, stays) = own(&app, &caller, &permit)?;
    if let Some(asks) = prove::due(&app, &caller, permit.scope(), &href!("/account/organisation")).await? {
        return Ok(shell::outside(&app, &caller, asks));
    }
    let owner = owner(&app, &permit).await?;
    let place = Place { caller: &caller, permit: &permit, address: &address, browser: &browser };
    let right = match proof::shown(&app, &place, &owner, form.current).await? {
        Ok(right) => right,
        Err(error) => return page(&app, &caller, permit.scope(), ("", &[error])).await,
    };
    let removal = RemoveOutsideIdentity { person, identity: form.identity, issuer, stays, right };
    match removal.perform(&app, &By::from(&permit)).await? {
        Removal::Removed => sessions::redirect(&href!("/account/organisation").query("done", "removed"), Vec::new()),
        Removal::LastWay => {
            let why = "This is your only way in. Ask whoever looks after Headroom for a link to set a password first";
            page(&app, &caller, permit.scope(), ("", &[FieldError::new("current", why)])).await
        }
        Removal::Gone => Err(AppError::NotFound),
    }
}

async fn owner(app: &AppState, permit: &Permit<KeepAccount>) -> Result<PersonRow, AppError> {
    stored::owner(app.db.read(permit.scope())).await?.ok_or(AppError::NotFound)
}
