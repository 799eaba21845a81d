//! Links that make a person able to sign in: the first administrator's, and those that set a password.

use axum::{
    extract::{Path, State},
    response::Response,
};
use entity::ids::{OrgCode, PersonId};
use serde::Deserialize;
use uuid::Uuid;

use super::view::{self, Setup};
use crate::{
    domain::{
        access::{self, Actor, By, Grant, Role},
        grant::SERVICE,
    },
    error::{AppError, FieldError},
    href,
    operations::{
        offer_setup::MAKE_ADMINISTRATOR,
        set_password::{Outcome, SetPassword},
        set_up::SetUp,
    },
    state::AppState,
    store::{
        admin::{self, PASSWORD, SETUP},
        people::{self, LinkRow},
    },
    web::{
        browser::Browser,
        by_provider,
        caller::Caller,
        errand::Errand,
        forms::{self, Form},
        home, outside, passwords, secrets,
        sessions::{self, Kind, Opening},
        shell,
    },
};

/// The form, while the link works.
pub(super) async fn show(
    State(app): State<AppState>,
    caller: Caller,
    Path(secret): Path<String>,
) -> Result<Response, AppError> {
    if setup_link(&app, &secret).await?.is_none() {
        return no_setup(&app, &caller).await;
    }
    Ok(shell::outside(&app, &caller, view::setup(&secret, &Setup::default(), &[])))
}

/// Makes the first administrator and signs them in.
pub(super) async fn set_up(
    State(app): State<AppState>,
    caller: Caller,
    browser: Browser,
    Path(secret): Path<String>,
    Form(form): Form<Setup>,
) -> Result<Response, AppError> {
    let Some(link) = setup_link(&app, &secret).await? else {
        return no_setup(&app, &caller).await;
    };
    let errors = check(&form);
    if !errors.is_empty() {
        return Ok(shell::outside(&app, &caller, view::setup(&secret, &form, &errors)));
    }
    let again = Setup { email: form.email.clone(), name: form.name.clone(), password: String::new() };
    match first(&app, &caller, browser, link, form).await {
        // What an administrator may do opens with an authenticator app.
        Ok(Some(opening)) => opening.redirect(&app, &href!("/account/second-factor")),
        Ok(None) => no_setup(&app, &caller).await,
        Err(AppError::Invalid(errors)) => Ok(shell::outside(&app, &caller, view::setup(&secret, &again, &errors))),
        Err(other) => Err(other),
    }
}

fn check(form: &Setup) -> Vec<FieldError> {
    let checks = [
        forms::email(&form.email, "email").err(),
        forms::name(&form.name, "name").err(),
        passwords::check(&form.password, &[&form.email, &form.name], "password").err(),
    ];
    checks.into_iter().flatten().collect()
}

fn service() -> Result<OrgCode, AppError> {
    SERVICE.parse::<OrgCode>().map_err(|error| AppError::Fault(error.to_string()))
}

/// Writes the person, the grant and the session; nothing where the link is used up or somebody is there already.
async fn first(
    app: &AppState,
    caller: &Caller,
    browser: Browser,
    link: LinkRow,
    form: Setup,
) -> Result<Option<Opening>, AppError> {
    let hash = passwords::hash(app, form.password).await?;
    let (person, organisation) = (PersonId(Uuid::now_v7()), service()?);
    let grants = [Grant { role: Role::Administrator, organisation: organisation.clone() }];
    let opening = Opening::new(person, &grants, Kind::Browser, browser, app.clock.now());
    let first = SetUp {
        link: link.id,
        email: form.email,
        name: form.name,
        password_hash: hash,
        organisation,
        session: opening.session(),
    };
    let done = first.perform(app, &By::from(&caller.sign_in()?)).await?;
    Ok(done.then_some(opening))
}

/// The link of the first administrator, while there is none.
async fn setup_link(app: &AppState, secret: &str) -> Result<Option<LinkRow>, AppError> {
    match link(app, secret, SETUP).await? {
        Some(row) if !admin::is_held(app.db.unscoped(), Role::Administrator).await? => Ok(Some(row)),
        _ => Ok(None),
    }
}

async fn link(app: &AppState, secret: &str, purpose: &str) -> Result<Option<LinkRow>, AppError> {
    let now = app.clock.now();
    Ok(people::link(app.db.unscoped(), &secrets::hash(secret), purpose, now).await?)
}

/// Whoever holds this link is the one who installs Headroom: there is nobody else to ask.
async fn no_setup(app: &AppState, caller: &Caller) -> Result<Response, AppError> {
    let says = if admin::is_held(app.db.unscoped(), Role::Administrator).await? {
        "Headroom has an administrator, so this link has done its work. If that is you, sign in with your email address and \
         password. To make another administrator, or a new link to set a password, run this on the machine where Headroom \
         runs:"
    } else {
        "This is not a link that Headroom printed for this database. Start Headroom again, and it prints one that works until \
         there is an administrator. Or run this on the machine where it runs:"
    };
    Ok(outside::gone(app, caller, says, Some(MAKE_ADMINISTRATOR)))
}

fn gone(app: &AppState, caller: &Caller) -> Response {
    let why = "It works once and for a limited time, and ends when a newer one is made. If you have just used it, sign in with \
               your email address and password. Otherwise ask whoever looks after Headroom for a new link.";
    outside::gone(app, caller, why, None)
}

/// The form that sets a password.
#[derive(Debug, Deserialize)]
pub(super) struct NewPassword {
    #[serde(default)]
    password: String,
}

/// The form, while the link works.
pub(super) async fn show_password(
    State(app): State<AppState>,
    caller: Caller,
    Path(secret): Path<String>,
) -> Result<Response, AppError> {
    match link(&app, &secret, PASSWORD).await? {
        Some(_) => Ok(shell::outside(&app, &caller, view::password(&secret, by_provider::words(&app), &[]))),
        None => Ok(gone(&app, &caller)),
    }
}

/// Off to the organisation's sign-in, to come in by that instead.
pub(super) async fn by_organisation(
    State(app): State<AppState>,
    caller: Caller,
    Path(secret): Path<String>,
) -> Result<Response, AppError> {
    match link(&app, &secret, PASSWORD).await? {
        Some(link) => by_provider::begin(&app, &caller, Errand::Invitation { link: link.secret_hash }).await,
        None => Ok(gone(&app, &caller)),
    }
}

/// Sets the password, ends what was signed in before, and signs in.
pub(super) async fn set_password(
    State(app): State<AppState>,
    caller: Caller,
    browser: Browser,
    Path(secret): Path<String>,
    Form(form): Form<NewPassword>,
) -> Result<Response, AppError> {
    let link = link(&app, &secret, PASSWORD).await?;
    let person = link.as_ref().and_then(|link| link.subject).map(PersonId);
    let (Some(link), Some(person)) = (link, person) else {
        return Ok(gone(&app, &caller));
    };
    let context = passwords::context_of(&app, person).await?;
    let context: Vec<&str> = context.iter().map(String::as_str).collect();
    if let Err(error) = passwords::check(&form.password, &context, "password") {
        return Ok(shell::outside(&app, &caller, view::password(&secret, by_provider::words(&app), &[error])));
    }
    let hash = passwords::hash(&app, form.password).await?;
    let grants = people::grants(app.db.unscoped(), person).await?;
    let opening = Opening::new(person, &grants, Kind::Browser, browser, app.clock.now());
    let password = SetPassword { link: link.id, password_hash: hash, session: opening.session() };
    match password.perform(&app, &By::from(&caller.sign_in()?)).await? {
        Outcome::SignedIn => {
            let actor = Actor::Person { id: person, grants: access::open_grants(grants, false) };
            opening.redirect(&app, &home::of(&actor).href())
        }
        // A link in a mailbox is no authenticator app.
        Outcome::Saved => sessions::redirect(&href!("/sign-in"), Vec::new()),
        Outcome::Gone => Ok(gone(&app, &caller)),
    }
}
