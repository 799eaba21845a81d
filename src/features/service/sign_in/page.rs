//! Signing in and out of the pages, and choosing a role.

use axum::{
    extract::State,
    http::{HeaderName, HeaderValue},
    response::Response,
};
use axum_extra::extract::Query;
use serde::Deserialize;

use super::view;
use crate::{
    domain::{
        access::{Actor, By, Grant, Permit, Role, SeeAccount},
        name,
    },
    error::{AppError, FieldError},
    operations::{ask_for_password::AskForPassword, second_factor_code::Given},
    state::AppState,
    store::people,
    web::{
        address::Address,
        browser::Browser,
        by_provider,
        caller::Caller,
        cookies,
        forms::Form,
        home::{self, Home, Next, onward},
        passkeys::{self, At},
        second_factor::{self, Half},
        sessions::{self, ByProvider, Kind, Opening, Shown},
        shell, tries,
    },
};

/// The form.
#[derive(Debug, Deserialize)]
pub(super) struct SignIn {
    #[serde(default)]
    email: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    next: String,
}

/// The page with the form; whoever is signed in is led on.
pub(super) async fn show(
    State(app): State<AppState>,
    caller: Caller,
    browser: Browser,
    Query(next): Query<Next>,
) -> Result<Response, AppError> {
    if caller.actor != Actor::Stranger {
        let to = onward(&next.next).unwrap_or_else(|| home::of(&caller.actor).href());
        return sessions::redirect(&to, Vec::new());
    }
    // The browser still brings the session that was.
    let typed = view::SignIn { next: &next.next, was_signed_in: browser.session().is_some(), ..empty(&app) };
    Ok(shell::outside(&app, &caller, view::sign_in(typed, &[])))
}

/// The form with nothing typed.
fn empty(app: &AppState) -> view::SignIn<'_> {
    view::SignIn { organisation: by_provider::words(app), ..view::SignIn::default() }
}

/// Signs in.
pub(super) async fn sign_in(
    State(app): State<AppState>,
    caller: Caller,
    address: Address,
    browser: Browser,
    Form(form): Form<SignIn>,
) -> Result<Response, AppError> {
    let place = (&address, &browser);
    let found = sessions::authenticate(&app, &caller, place, &form.email, form.password).await?;
    let Some((person, counted)) = found else {
        let wrong = FieldError::new("email", "The email address or the password is not right");
        let typed = view::SignIn { email: &form.email, next: &form.next, ..empty(&app) };
        return Ok(shell::outside(&app, &caller, view::sign_in(typed, &[wrong])));
    };
    if second_factor::is_there(&app, person.id).await? {
        let half = Half { person, identity: None };
        return second_step(&app, &caller, &half, &form.next, &[]).await;
    }
    let shown = Shown { person: person.id, right: Some(counted.right()), given: None, by_provider: None };
    let opened = sessions::open(&app, &caller, shown, Kind::Browser, browser).await?;
    lead_on(&app, opened, &form.next)
}

/// The page of the second step: with a code, with a passkey, or with either.
pub(super) async fn second_step(
    app: &AppState,
    caller: &Caller,
    half: &Half,
    next: &str,
    errors: &[FieldError],
) -> Result<Response, AppError> {
    let asked = passkeys::ask(app, half.person.id, At::SignIn).await?;
    let step = view::SecondStep {
        half: &second_factor::half(app, half)?,
        next,
        has_app: second_factor::has_app(app, half.person.id).await?,
        passkey: asked.as_ref().map(|asked| (&*asked.options, &*asked.state)),
    };
    Ok(shell::outside(app, caller, view::second_step(step, errors)))
}

/// The form with the code.
#[derive(Debug, Deserialize)]
pub(super) struct GiveCode {
    #[serde(default)]
    half: String,
    #[serde(default)]
    code: String,
    #[serde(default)]
    next: String,
}

/// The code that comes after the password, or after the organisation's word.
pub(super) async fn give_code(
    State(app): State<AppState>,
    caller: Caller,
    address: Address,
    browser: Browser,
    Form(form): Form<GiveCode>,
) -> Result<Response, AppError> {
    let Some(half) = second_factor::read_half(&app, &form.half).await? else {
        return Ok(late(&app, &caller, &form.next));
    };
    let given = second_factor::look(&app, &half.person, &form.code).await?;
    let wrong = FieldError::new("code", "This code is not right, or was used already. Wait for the next one");
    finish(&app, &caller, (&address, browser), (&half, given, wrong), &form.next).await
}

/// The form with a passkey.
#[derive(Debug, Deserialize)]
pub(super) struct GivePasskey {
    #[serde(default)]
    half: String,
    #[serde(default)]
    state: String,
    #[serde(default)]
    credential: String,
    #[serde(default)]
    next: String,
}

/// The passkey that comes after the password, or after the organisation's word.
pub(super) async fn give_passkey(
    State(app): State<AppState>,
    caller: Caller,
    address: Address,
    browser: Browser,
    Form(form): Form<GivePasskey>,
) -> Result<Response, AppError> {
    let Some(half) = second_factor::read_half(&app, &form.half).await? else {
        return Ok(late(&app, &caller, &form.next));
    };
    let given = passkeys::look(&app, half.person.id, At::SignIn, (&form.state, &form.credential)).await?;
    let wrong = FieldError::new("passkey", "This passkey was not taken. Try again");
    finish(&app, &caller, (&address, browser), (&half, given, wrong), &form.next).await
}

fn late(app: &AppState, caller: &Caller, next: &str) -> Response {
    let late = FieldError::new("email", "That took more than ten minutes. Sign in again");
    let typed = view::SignIn { next, ..empty(app) };
    shell::outside(app, caller, view::sign_in(typed, &[late]))
}

/// Signs in with what was given, or asks for it again.
async fn finish(
    app: &AppState,
    caller: &Caller,
    (address, browser): (&Address, Browser),
    (half, given, wrong): (&Half, Option<Given>, FieldError),
    next: &str,
) -> Result<Response, AppError> {
    let right = tries::right(app, address, &browser, &half.person).await?;
    let by_provider = half.identity.map(|identity| ByProvider { identity, has_second_factor: false });
    // Taken away meanwhile: what came before it opens no more alone than it would on the first page.
    let shown = Shown { person: half.person.id, right: Some(right), given, by_provider };
    match sessions::open(app, caller, shown, Kind::Browser, browser).await? {
        None => second_step(app, caller, half, next, &[wrong]).await,
        opened => lead_on(app, opened, next),
    }
}

/// A page that is asked for by its address alone, or loaded again.
pub(super) async fn no_code(Query(next): Query<Next>) -> Result<Response, AppError> {
    sessions::redirect(&crate::href!("/sign-in").query("next", &next.next), Vec::new())
}

/// The page of somebody who forgot their password.
pub(super) async fn forgotten(State(app): State<AppState>, caller: Caller) -> Response {
    shell::outside(&app, &caller, view::forgotten(app.settings.mail.is_some(), "", &[]))
}

/// Whose password was forgotten.
#[derive(Debug, Deserialize)]
pub(super) struct Forgotten {
    #[serde(default)]
    email: String,
}

/// Mails a link. The answer is the same for an address nobody has.
pub(super) async fn ask_for_password(
    State(app): State<AppState>,
    caller: Caller,
    address: Address,
    Form(form): Form<Forgotten>,
) -> Result<Response, AppError> {
    let mails = app.settings.mail.is_some();
    let account = match name::email(&form.email) {
        Ok(account) if mails => account.to_lowercase(),
        Ok(_) => return Ok(shell::outside(&app, &caller, view::forgotten(mails, &form.email, &[]))),
        Err(why) => {
            let errors = [FieldError::new("email", why)];
            return Ok(shell::outside(&app, &caller, view::forgotten(mails, &form.email, &errors)));
        }
    };
    tries::begin_forgotten(&app, &caller, &address, &account).await?;
    let person = people::person_by_email(app.db.unscoped(), &account).await?.map(|person| person.id);
    AskForPassword { person }.perform(&app, &By::from(&caller.sign_in()?)).await?;
    Ok(shell::outside(&app, &caller, view::asked_for_password(&account)))
}

/// On to where somebody wanted to go; to the page of second factors first where some of what they hold is shut.
pub(super) fn lead_on(app: &AppState, opened: Option<(Opening, Vec<Grant>)>, next: &str) -> Result<Response, AppError> {
    let (opening, grants) = opened.ok_or(AppError::SignInFirst)?;
    let to = home::of(&Actor::Person { id: opening.row.person, grants }).href();
    opening.redirect(app, &onward(next).unwrap_or(to))
}

/// Asks first: a device that was signed out can only be let in again by its practice. What waits in it is sent before.
pub(super) async fn ask(State(app): State<AppState>, caller: Caller) -> Result<Response, AppError> {
    if caller.actor == Actor::Stranger {
        return sessions::redirect(&Home::Front.href(), Vec::new());
    }
    let back = home::of(&caller.actor).href();
    Ok(shell::outside(&app, &caller, view::sign_out(&caller.actor, &back)))
}

/// Signs out everywhere; a device is no longer enrolled for any of its places. Whoever is not signed in loses a cookie
/// that opens nothing.
pub(super) async fn sign_out(State(app): State<AppState>, caller: Caller) -> Result<Response, AppError> {
    match &caller.actor {
        Actor::Person { id, .. } => sessions::end_all(&app, &caller, *id).await?,
        Actor::Device { .. } => {
            for own in caller.own_clinicians() {
                sessions::end_enrolment(&app, &own).await?;
            }
        }
        // A screen loses its cookie; its link is ended by whoever made it.
        Actor::Display { .. } | Actor::Program { .. } | Actor::TapAddress { .. } | Actor::Stranger => (),
    }
    let gone = cookies::clear(&app.settings).ok_or_else(sessions::no_cookie)?;
    let mut answer = sessions::redirect(&Home::Front.href(), vec![gone])?;
    // What the browser keeps of pages. Not its storage: taps that wait for a connection are in it, and they are somebody's
    // work. Not its cookies: that would take those of every service under the same name, and the mark that this browser is
    // no stranger's.
    answer.headers_mut().insert(HeaderName::from_static("clear-site-data"), HeaderValue::from_static("\"cache\""));
    Ok(answer)
}

/// The roles somebody holds, to choose one.
pub(super) async fn roles(
    State(app): State<AppState>,
    caller: Caller,
    permit: Permit<SeeAccount>,
) -> Result<Response, AppError> {
    let Actor::Person { grants, .. } = permit.actor() else {
        return sessions::redirect(&home::of(permit.actor()).href(), Vec::new());
    };
    let tree = app.organisations().await?;
    let choices: Vec<view::RoleChoice> = grants
        .iter()
        .map(|grant| view::RoleChoice {
            href: home::of_grant(grant),
            role: grant.role.title(),
            organisation: match grant.role {
                Role::Administrator => "The whole service".to_owned(),
                _ => tree.name_of(&grant.organisation),
            },
        })
        .collect();
    Ok(shell::outside(&app, &caller, view::roles(&choices, caller.lacks_second_factor)))
}
