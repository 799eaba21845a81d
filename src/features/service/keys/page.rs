//! The keys of an organisation, read and changed by whoever has a role in it.

use axum::{
    extract::State,
    response::{Redirect, Response},
};
use entity::ids::ApiKeyId;
use serde::Deserialize;
use uuid::Uuid;

use super::view::{self, Key, Keys, Made, Typed};
use crate::{
    domain::access::{By, Grant, KeyScope, ManageKeys, OrganisationScope, Permit},
    error::{AppError, FieldError},
    operations::{Written, make_api_key::MakeApiKey, revoke_api_key::RevokeApiKey},
    state::AppState,
    store::api_keys,
    ui::key_link,
    web::{
        caller::Caller,
        forms::{self, Form, InPath},
        programs,
        shell::{self, Place},
    },
};

/// The page.
pub(super) async fn show(
    permit: Permit<ManageKeys>,
    caller: Caller,
    State(app): State<AppState>,
) -> Result<Response, AppError> {
    page(&app, &caller, permit.scope(), &Made::Nothing, &Typed::default(), &[]).await
}

async fn page(
    app: &AppState,
    caller: &Caller,
    scope: &OrganisationScope,
    made: &Made,
    typed: &Typed,
    errors: &[FieldError],
) -> Result<Response, AppError> {
    let (now, name) = (app.clock.now(), app.organisations().await?.name_of(scope.organisation()));
    let rows = api_keys::of_organisation(app.db.read(scope)).await?;
    let keys = rows.into_iter().map(|(row, made_by)| Key {
        begins: programs::begins(row.id),
        scopes: api_keys::scopes_of(&row),
        has_ended: row.expires_at <= now,
        row,
        made_by,
    });
    let sheet = view::keys(&Keys {
        role: scope.role(),
        organisation: scope.organisation(),
        name: &name,
        held: keys.collect(),
        made,
        typed,
        errors,
    });
    let grant = Grant { role: scope.role(), organisation: scope.organisation().clone() };
    let place = Place::of_grant(&grant, name).unwrap_or(Place::Nowhere);
    Ok(shell::page(app, caller, &place, sheet))
}

impl Typed {
    fn of(pairs: Vec<(String, String)>) -> Self {
        let mut typed = Self { scopes: Vec::new(), ..Self::default() };
        for (name, text) in pairs {
            match name.as_str() {
                "id" => typed.id = text,
                "name" => typed.name = text,
                "days" => typed.days = text,
                "scopes" => typed.scopes.extend(text.parse::<KeyScope>().ok()),
                _ => {}
            }
        }
        typed.scopes.sort();
        typed.scopes.dedup();
        typed
    }

    /// What is to be made, and its key.
    fn read(&self) -> Result<(MakeApiKey, String), Vec<FieldError>> {
        let id = forms::id(&self.id, "name").map(ApiKeyId);
        let name = forms::short_text(&self.name, "name", view::LONGEST_NAME).and_then(|name| {
            name.ok_or(FieldError::new("name", "Say what the key is for, such as Appointments every night"))
        });
        let days = self.days.parse::<u16>().map_err(|_| FieldError::new("days", "Choose how long the key works"));
        match (id, name, days) {
            (Ok(id), Ok(name), Ok(days)) => {
                let new = programs::make(id);
                let made = MakeApiKey { id, name, scopes: self.scopes.clone(), days, secret_hash: new.secret_hash };
                Ok((made, new.key))
            }
            (id, name, days) => Err([id.err(), name.err(), days.err()].into_iter().flatten().collect()),
        }
    }
}

/// Makes a key and shows it, this once.
pub(super) async fn make(
    permit: Permit<ManageKeys>,
    caller: Caller,
    State(app): State<AppState>,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response, AppError> {
    let typed = Typed::of(pairs);
    let done = match typed.read() {
        Ok((act, key)) => act.perform(&app, &By::from(&permit)).await.map(|written| (written, key)),
        Err(errors) => Err(AppError::Invalid(errors)),
    };
    let scope = permit.scope();
    match done {
        Ok((Written::New, key)) => page(&app, &caller, scope, &Made::Key(key), &Typed::default(), &[]).await,
        Ok((Written::Repeat, _)) => page(&app, &caller, scope, &Made::Before, &Typed::default(), &[]).await,
        Err(AppError::Invalid(errors)) => page(&app, &caller, scope, &Made::Nothing, &typed, &errors).await,
        Err(other) => Err(other),
    }
}

/// The key of an address.
#[derive(Debug, Deserialize)]
pub(super) struct Which {
    key: Uuid,
}

/// Ends a key: its program is refused from the next request on.
pub(super) async fn revoke(
    permit: Permit<ManageKeys>,
    State(app): State<AppState>,
    InPath(which): InPath<Which>,
) -> Result<Redirect, AppError> {
    RevokeApiKey(ApiKeyId(which.key)).perform(&app, &By::from(&permit)).await?;
    Ok(Redirect::to(key_link::page_of(permit.scope().organisation()).as_str()))
}
