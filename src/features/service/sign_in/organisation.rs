//! Signing in by the organisation's own sign-in: off to it, and back from it with whatever somebody went for.

use axum::{
    extract::State,
    http::{HeaderMap, header},
    response::Response,
};
use axum_extra::extract::Query;
use entity::ids::PersonId;
use serde::Deserialize;

use super::page;
use crate::{
    domain::access::{self, Actor, By},
    error::AppError,
    href,
    operations::{
        add_outside_identity::{AddOutsideIdentity, Addition, OutsideIdentity},
        link_by_invitation::{Invited, LinkByInvitation},
        take_provider_answer::TakeProviderAnswer,
    },
    state::{
        AppState,
        provider::{Brought, ProviderFault, Vouched},
    },
    store::{admin::PASSWORD, outside_identities, people},
    web::{
        browser::Browser,
        by_provider::{self, Stopped, stopped},
        caller::Caller,
        errand::{Errand, Journey},
        forms::Form,
        home::{self, Next},
        outside,
        second_factor::{self, Half},
        secrets,
        sessions::{self, ByProvider, Kind, Opening, Shown},
    },
};

/// The longest path that is carried along; no page of ours has a longer one.
const LONGEST_NEXT: usize = 500;

/// Off to it.
pub(super) async fn begin(
    State(app): State<AppState>,
    caller: Caller,
    Form(form): Form<Next>,
) -> Result<Response, AppError> {
    let next = if form.next.len() <= LONGEST_NEXT { form.next } else { String::new() };
    by_provider::begin(&app, &caller, Errand::SignIn { next }).await
}

/// What somebody brings back (RFC 6749, 4.1.2; RFC 9207).
#[derive(Debug, Deserialize)]
pub(super) struct Back {
    #[serde(default)]
    state: String,
    #[serde(default)]
    code: String,
    #[serde(default)]
    error: String,
    iss: Option<String>,
}

/// Back from it. The protocol has it a GET; what it may do is bound to the note that this browser took along.
pub(super) async fn back(
    State(app): State<AppState>,
    caller: Caller,
    headers: HeaderMap,
    Query(back): Query<Back>,
) -> Result<Response, AppError> {
    by_provider::provider(&app)?;
    let Some(journey) = by_provider::journey(&app, &headers, &back.state) else {
        return Ok(stopped(&app, &caller, Stopped::Foreign));
    };
    let over = Journey::over(&app.settings)?;
    let browser = Browser::of(&headers, &app.settings);
    let mut answer = arrive(&app, &caller, browser, journey, &back).await?;
    answer.headers_mut().append(header::SET_COOKIE, over);
    Ok(answer)
}

async fn arrive(
    app: &AppState,
    caller: &Caller,
    browser: Browser,
    journey: Journey,
    back: &Back,
) -> Result<Response, AppError> {
    let taken = TakeProviderAnswer(secrets::hash(&journey.state));
    if !taken.perform(app, &By::from(&caller.sign_in()?)).await? {
        return Ok(stopped(app, caller, Stopped::Again));
    }
    match back.error.as_str() {
        "" => {}
        "server_error" | "temporarily_unavailable" => {
            return Err(by_provider::away(&ProviderFault::Away("it says so itself".to_owned())));
        }
        _ => return Ok(stopped(app, caller, Stopped::There)),
    }
    let registered = by_provider::back(app);
    let brought = Brought {
        back: &registered,
        code: &back.code,
        issuer: back.iss.as_deref(),
        nonce: &journey.nonce,
        verifier: &journey.verifier,
    };
    let vouched = match by_provider::provider(app)?.redeem(&brought, app.clock.now()).await {
        Ok(vouched) => vouched,
        Err(fault @ ProviderFault::Away(_)) => return Err(by_provider::away(&fault)),
        Err(fault @ ProviderFault::Refused(_)) => {
            tracing::warn!(%fault, "nobody was let in by it");
            return Ok(stopped(app, caller, Stopped::Refused));
        }
    };
    match journey.errand {
        Errand::SignIn { next } => sign_in(app, caller, browser, &vouched, &next).await,
        Errand::Invitation { link } => accept(app, caller, browser, vouched, &link).await,
        Errand::Account { person, session, right } => {
            let is_here = matches!(caller.actor, Actor::Person { id, .. } if id == person);
            if !is_here || caller.session != Some(session) {
                return Ok(stopped(app, caller, Stopped::SignedOut));
            }
            add(app, caller, AddOutsideIdentity { person, identity: identity(vouched), right }).await
        }
    }
}

fn identity(Vouched { issuer, subject, has_second_factor: _ }: Vouched) -> OutsideIdentity {
    OutsideIdentity { issuer, subject }
}

/// Whoever is known by it is let in; where they have a second factor and the provider vouches for none, with theirs.
async fn sign_in(
    app: &AppState,
    caller: &Caller,
    browser: Browser,
    vouched: &Vouched,
    next: &str,
) -> Result<Response, AppError> {
    let read = app.db.unscoped();
    let Some(held) = outside_identities::of_subject(read, &vouched.issuer, &vouched.subject).await? else {
        return Ok(stopped(app, caller, Stopped::Unknown));
    };
    // A disabled account is not known here either.
    let Some(person) = people::person(read, held.person).await? else {
        return Ok(stopped(app, caller, Stopped::Unknown));
    };
    let by = ByProvider { identity: held.id, has_second_factor: vouched.has_second_factor };
    if !by.has_second_factor && second_factor::is_there(app, person.id).await? {
        let half = Half { person, identity: Some(by.identity) };
        return page::second_step(app, caller, &half, next, &[]).await;
    }
    let shown = Shown { person: person.id, right: None, given: None, by_provider: Some(by) };
    match sessions::open(app, caller, shown, Kind::Browser, browser).await? {
        None => Ok(stopped(app, caller, Stopped::Unknown)),
        opened => page::lead_on(app, opened, next),
    }
}

/// Whoever was sent a link comes in by the organisation's sign-in instead of choosing a password.
async fn accept(
    app: &AppState,
    caller: &Caller,
    browser: Browser,
    vouched: Vouched,
    link: &str,
) -> Result<Response, AppError> {
    let (read, now) = (app.db.unscoped(), app.clock.now());
    let found = people::link(read, link, PASSWORD, now).await?;
    let person = found.as_ref().and_then(|link| link.subject).map(PersonId);
    let (Some(link), Some(person)) = (found, person) else {
        return Ok(gone(app, caller));
    };
    let grants = people::grants(read, person).await?;
    let opening = Opening::new(person, &grants, Kind::Browser, browser, now);
    let is_proven = vouched.has_second_factor;
    let opening = if is_proven { opening.proven() } else { opening };
    let invited = LinkByInvitation { link: link.id, identity: identity(vouched), session: opening.session() };
    match invited.perform(app, &By::from(&caller.sign_in()?)).await? {
        Invited::SignedIn => {
            let actor = Actor::Person { id: person, grants: access::open_grants(grants, is_proven) };
            opening.redirect(app, &home::of(&actor).href())
        }
        Invited::Linked => sessions::redirect(&href!("/sign-in"), Vec::new()),
        Invited::AnothersAlready => Ok(stopped(app, caller, Stopped::Anothers)),
        Invited::Gone => Ok(gone(app, caller)),
    }
}

fn gone(app: &AppState, caller: &Caller) -> Response {
    let why = "It works once and for a limited time, and ends when a newer one is made. If you have just used it, sign in. \
               Otherwise ask whoever looks after Headroom for a new link.";
    outside::gone(app, caller, why, None)
}

async fn add(app: &AppState, caller: &Caller, addition: AddOutsideIdentity) -> Result<Response, AppError> {
    match addition.perform(app, &By::from(&caller.sign_in()?)).await? {
        Addition::Theirs(_) => sessions::redirect(&href!("/account/organisation").query("done", "added"), Vec::new()),
        Addition::AnothersAlready => Ok(stopped(app, caller, Stopped::Anothers)),
        Addition::Gone => Err(AppError::NotFound),
    }
}
