//! One's own account, read and changed.

use axum::{extract::State, response::Response};
use axum_extra::extract::Query;
use entity::ids::SessionId;
use serde::Deserialize;

use super::{
    proof::own,
    prove,
    view::{self, Account, OpenSession},
};
use crate::{
    domain::access::{AccountScope, By, KeepAccount, Permit, SeeAccount},
    error::{AppError, FieldError},
    href,
    operations::{
        change_name::ChangeName,
        change_password::ChangePassword,
        end_own_sessions::{EndOwnSessions, Which},
    },
    state::AppState,
    store::{outside_identities, passkeys, second_factors, sessions as stored},
    ui::href::Href,
    web::{
        address::Address,
        browser::Browser,
        caller::{self, Caller},
        forms::{self, Form},
        passwords, sessions, shell,
    },
};

/// What was done before.
#[derive(Debug, Deserialize)]
pub(super) struct Told {
    #[serde(default)]
    done: String,
}

impl Told {
    pub(super) fn done(&self) -> &str {
        &self.done
    }
}

/// The page.
pub(super) async fn show(
    State(app): State<AppState>,
    caller: Caller,
    permit: Permit<SeeAccount>,
    Query(told): Query<Told>,
) -> Result<Response, AppError> {
    if permit.scope().person().is_none() {
        return Err(AppError::NotYours);
    }
    page(&app, &caller, permit.scope(), (&told.done, &[])).await
}

async fn page(
    app: &AppState,
    caller: &Caller,
    scope: &AccountScope,
    (done, errors): (&str, &[FieldError]),
) -> Result<Response, AppError> {
    let person = stored::owner(app.db.read(scope)).await?.ok_or(AppError::NotFound)?;
    let (now, (idle, _)) = (app.clock.now(), caller::limits(caller.grants()));
    let open = stored::own(app.db.read(scope), now).await?;
    let open = open.into_iter().filter(|row| row.last_seen_at + idle > now);
    let organisation = match &app.provider {
        Some(_) if outside_identities::own(app.db.read(scope)).await?.is_empty() => Some("Not added"),
        Some(_) => Some("Added"),
        None => None,
    };
    let sheet = view::account(&Account {
        organisation,
        name: &person.name,
        email: &person.email,
        has_password: person.password_hash.is_some(),
        passkeys: passkeys::own(app.db.read(scope)).await?.len(),
        has_app: second_factors::own(app.db.read(scope)).await?.is_some(),
        demo: app.demo,
        done,
        sessions: open
            .map(|row| OpenSession {
                here: Some(row.id) == caller.session,
                id: row.id,
                kind: row.kind,
                began: row.created_at,
                seen: row.last_seen_at,
            })
            .collect(),
        errors,
    });
    Ok(shell::outside(app, caller, sheet))
}

/// Another name.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Name {
    #[serde(default)]
    name: String,
}

/// Changes what the person is called.
pub(super) async fn change_name(
    State(app): State<AppState>,
    caller: Caller,
    permit: Permit<KeepAccount>,
    Form(form): Form<Name>,
) -> Result<Response, AppError> {
    let (person, _) = own(&app, &caller, &permit)?;
    match forms::name(&form.name, "name") {
        Ok(name) => {
            ChangeName { person, name }.perform(&app, &By::from(&permit)).await?;
            sessions::redirect(&href!("/account").query("done", "name"), Vec::new())
        }
        Err(error) => page(&app, &caller, permit.scope(), ("", &[error])).await,
    }
}

/// The old password and the new one.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Passwords {
    #[serde(default)]
    current: String,
    #[serde(default)]
    password: String,
}

/// Changes the password. The old one is asked for, and guessed at as seldom as when signing in.
pub(super) async fn change_password(
    State(app): State<AppState>,
    caller: Caller,
    permit: Permit<KeepAccount>,
    address: Address,
    browser: Browser,
    Form(form): Form<Passwords>,
) -> Result<Response, AppError> {
    let (person, here) = own(&app, &caller, &permit)?;
    if let Some(asks) = prove::due(&app, &caller, permit.scope(), &href!("/account")).await? {
        return Ok(shell::outside(&app, &caller, asks));
    }
    let email = stored::owner(app.db.read(permit.scope())).await?.ok_or(AppError::NotFound)?.email;
    let context = passwords::context_of(&app, person).await?;
    let context: Vec<&str> = context.iter().map(String::as_str).collect();
    if let Err(error) = passwords::check(&form.password, &context, "password") {
        return page(&app, &caller, permit.scope(), ("", &[error])).await;
    }
    let found = sessions::authenticate(&app, &caller, (&address, &browser), &email, form.current).await?;
    let Some((_, counted)) = found.filter(|(found, _)| found.id == person) else {
        let wrong = FieldError::new("current", "This is not your password of now");
        return page(&app, &caller, permit.scope(), ("", &[wrong])).await;
    };
    let password_hash = passwords::hash(&app, form.password).await?;
    let change = ChangePassword { person, password_hash, stays: here, right: counted.right() };
    if !change.perform(&app, &By::from(&permit)).await? {
        return Err(AppError::NotFound);
    }
    sessions::redirect(&back("password"), Vec::new())
}

/// Which session.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct End {
    /// Its id; all the others where it is left out.
    session: Option<SessionId>,
}

/// Ends one session, or all but this one.
pub(super) async fn end(
    State(app): State<AppState>,
    caller: Caller,
    permit: Permit<KeepAccount>,
    Form(form): Form<End>,
) -> Result<Response, AppError> {
    let (person, here) = own(&app, &caller, &permit)?;
    let which = form.session.map_or(Which::AllBut(here), Which::One);
    EndOwnSessions { person, which }.perform(&app, &By::from(&permit)).await?;
    sessions::redirect(&back("ended"), Vec::new())
}

fn back(done: &str) -> Href {
    href!("/account").query("done", done)
}
