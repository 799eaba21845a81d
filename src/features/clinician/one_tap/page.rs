//! A clinician's own secret addresses: made, shown once, listed and ended.

use axum::{
    extract::State,
    response::{Redirect, Response},
};
use entity::ids::{ClinicianId, OdsCode, TapAddressId};

use super::view::{self, Addresses, Made, Typed};
use crate::{
    domain::access::{By, ClinicianScope, KeepTapAddresses, Permit},
    error::{AppError, FieldError},
    operations::{Written, make_tap_address::MakeTapAddress, revoke_tap_address::RevokeTapAddress},
    state::AppState,
    store::{people, tap_addresses},
    web::{
        caller::Caller,
        forms::{self, Form, InPath},
        shell,
        tap_addresses::{self as addresses, NewTapAddress},
    },
};

/// The page.
pub(super) async fn show(
    permit: Permit<KeepTapAddresses>,
    caller: Caller,
    State(app): State<AppState>,
) -> Result<Response, AppError> {
    page(&app, &caller, permit.scope(), &Made::Nothing, &Typed::default(), &[]).await
}

async fn page(
    app: &AppState,
    caller: &Caller,
    scope: &ClinicianScope,
    made: &Made,
    typed: &Typed,
    errors: &[FieldError],
) -> Result<Response, AppError> {
    let read = app.db.read(scope);
    let label = people::clinician(read).await?.ok_or(AppError::NotFound)?.label;
    let held = tap_addresses::of_clinician(read, app.clock.now()).await?;
    let place = shell::clinician_place(app, scope, &label).await?;
    let sheet = view::addresses(&Addresses { scope, held: &held, made, typed, errors });
    Ok(shell::page(app, caller, &place, sheet))
}

/// What is to be made, and its address.
fn read(app: &AppState, typed: &Typed) -> Result<(MakeTapAddress, String), Vec<FieldError>> {
    let id = forms::id(&typed.id, "name").map(TapAddressId);
    let name = forms::short_text(&typed.name, "name", view::LONGEST_NAME)
        .and_then(|name| name.ok_or(FieldError::new("name", "Say what it is for, such as Stream Deck")));
    match (id, name) {
        (Ok(id), Ok(name)) => {
            let NewTapAddress { url, secret_hash } = addresses::make(app);
            Ok((MakeTapAddress { id, name, secret_hash }, url))
        }
        (id, name) => Err([id.err(), name.err()].into_iter().flatten().collect()),
    }
}

/// Makes an address and shows it, this once.
pub(super) async fn make(
    permit: Permit<KeepTapAddresses>,
    caller: Caller,
    State(app): State<AppState>,
    Form(typed): Form<Typed>,
) -> Result<Response, AppError> {
    let done = match read(&app, &typed) {
        Ok((act, url)) => act.perform(&app, &By::from(&permit)).await.map(|written| (written, url)),
        Err(errors) => Err(AppError::Invalid(errors)),
    };
    let scope = permit.scope();
    match done {
        Ok((Written::New, url)) => page(&app, &caller, scope, &Made::Address(url), &Typed::default(), &[]).await,
        Ok((Written::Repeat, _)) => page(&app, &caller, scope, &Made::Before, &Typed::default(), &[]).await,
        Err(AppError::Invalid(errors)) => page(&app, &caller, scope, &Made::Nothing, &typed, &errors).await,
        Err(other) => Err(other),
    }
}

/// Ends an address: from the next request on it opens nothing.
pub(super) async fn end(
    permit: Permit<KeepTapAddresses>,
    State(app): State<AppState>,
    InPath((_, _, address)): InPath<(OdsCode, ClinicianId, TapAddressId)>,
) -> Result<Redirect, AppError> {
    RevokeTapAddress(address).perform(&app, &By::from(&permit)).await?;
    Ok(Redirect::to(view::page_of(permit.scope()).as_str()))
}
