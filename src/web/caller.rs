//! Who asks: a person with a cookie or a token, an enrolled device, or a stranger. Looked up on every request, so that
//! what was revoked is gone at once.

use std::{convert::Infallible, net::SocketAddr};

use axum::{
    extract::{ConnectInfo, FromRequestParts},
    http::{HeaderMap, header, request::Parts},
};
use chrono::{DateTime, Duration, Utc};
use entity::ids::{DeviceId, OdsCode, PersonId, SessionId};

use super::{
    cookies::{self, Held},
    secrets, tokens,
};
use crate::{
    domain::access::{self, Actor, Facts, Grant, Permit, Role, SeeOwnDay, SignIn, Target},
    error::AppError,
    state::AppState,
    store::{displays, enrolment, people},
};

/// Idle and absolute end of a session for roles that see one practice.
pub const PRACTICE_SESSION: (Duration, Duration) = (Duration::minutes(30), Duration::hours(12));
/// The same for roles that see more than one.
pub const AREA_SESSION: (Duration, Duration) = (Duration::minutes(15), Duration::hours(8));
/// How often "last seen" is written.
const TOUCH: Duration = Duration::seconds(60);
/// The same for devices: there are many, and a manager wants to know the day.
const TOUCH_DEVICE: Duration = Duration::hours(1);

/// Who asks.
#[derive(Debug, Clone)]
pub struct Caller {
    /// For the decision table.
    pub actor: Actor,
    /// The session, where a person asks.
    pub session: Option<SessionId>,
    /// The person's name as they gave it.
    pub name: Option<String>,
    /// The enrolled device that waits for its PIN; until then nobody asks.
    pub locked: Option<DeviceId>,
    /// Whether an API token was used: no cookie, so no other site can have caused the request.
    pub by_token: bool,
}

impl Caller {
    fn stranger() -> Self {
        Self {
            actor: Actor::Stranger,
            session: None,
            name: None,
            locked: None,
            by_token: false,
        }
    }

    /// What a person holds; nothing for others.
    pub fn grants(&self) -> &[Grant] {
        match &self.actor {
            Actor::Person { grants, .. } => grants,
            Actor::Device { .. } | Actor::Display { .. } | Actor::Stranger => &[],
        }
    }

    /// What a device may do for its own clinician; nothing for others.
    pub fn own_clinician(&self) -> Option<Permit<SeeOwnDay>> {
        let Actor::Device {
            practice,
            clinician,
            ..
        } = &self.actor
        else {
            return None;
        };
        let target = Target::Clinician(practice.clone(), *clinician);
        let exists = Facts {
            exists: true,
            ..Facts::default()
        };
        access::permit(&self.actor, &target, exists).ok()
    }

    /// The permit to sign in, out or enrol, which everybody has.
    pub fn sign_in(&self) -> Result<Permit<SignIn>, AppError> {
        access::permit(
            &self.actor,
            &Target::Account,
            Facts {
                exists: true,
                ..Facts::default()
            },
        )
        .map_err(|_| AppError::NotYours)
    }
}

impl FromRequestParts<AppState> for Caller {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &AppState) -> Result<Self, Infallible> {
        Ok(parts
            .extensions
            .get::<Self>()
            .cloned()
            .unwrap_or_else(Self::stranger))
    }
}

/// Idle and absolute limits for what somebody holds.
pub fn limits(grants: &[Grant]) -> (Duration, Duration) {
    if grants
        .iter()
        .all(|grant| grant.role == Role::PracticeManager)
    {
        PRACTICE_SESSION
    } else {
        AREA_SESSION
    }
}

/// Finds out who asks.
///
/// # Errors
/// [`AppError::SignInFirst`] for a token that is not good: a token is sent on purpose, unlike a stale cookie.
pub async fn identify(app: &AppState, headers: &HeaderMap) -> Result<Caller, AppError> {
    find(app, headers, Look::Counts).await
}

/// Finds out who asks without noting that they are active: an open stream must not keep a session alive by itself.
///
/// # Errors
/// As [`identify`].
pub async fn identify_quietly(app: &AppState, headers: &HeaderMap) -> Result<Caller, AppError> {
    find(app, headers, Look::Quiet).await
}

/// Whether being identified counts as activity of the session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Look {
    Counts,
    Quiet,
}

async fn find(app: &AppState, headers: &HeaderMap, look: Look) -> Result<Caller, AppError> {
    if let Some(token) = bearer(headers) {
        return by_token(app, token?).await?.ok_or(AppError::SignInFirst);
    }
    let found = match cookies::read(headers, &app.settings) {
        Some(Held::Session(secret)) => by_session(app, &secret, look).await?,
        Some(Held::Device(secret)) => by_device(app, headers, &secret).await?,
        Some(Held::Display(secret)) => by_display(app, &secret).await?,
        None => None,
    };
    Ok(found.unwrap_or_else(Caller::stranger))
}

fn bearer(headers: &HeaderMap) -> Option<Result<&str, AppError>> {
    let value = headers.get(header::AUTHORIZATION)?;
    Some(
        value
            .to_str()
            .ok()
            .and_then(|value| value.strip_prefix("Bearer "))
            .ok_or(AppError::SignInFirst),
    )
}

async fn by_token(app: &AppState, token: &str) -> Result<Option<Caller>, AppError> {
    let now = app.clock.now();
    let Some(claims) = tokens::read(&app.token_key, token, now) else {
        return Ok(None);
    };
    let session = people::session(app.db.identify(), claims.session()).await?;
    if !session.is_some_and(|session| session.person == claims.person() && session.expires_at > now)
    {
        return Ok(None);
    }
    let caller = person(app, claims.person(), claims.session()).await?;
    Ok(caller.map(|caller| Caller {
        by_token: true,
        ..caller
    }))
}

async fn by_session(app: &AppState, secret: &str, look: Look) -> Result<Option<Caller>, AppError> {
    let Some(session) =
        people::session_by_secret(app.db.identify(), &secrets::hash(secret)).await?
    else {
        return Ok(None);
    };
    let Some(caller) = person(app, session.person, session.id).await? else {
        return Ok(None);
    };
    let now = app.clock.now();
    let (idle, absolute) = limits(caller.grants());
    if session.expires_at <= now
        || session.created_at + absolute <= now
        || session.last_seen_at + idle <= now
    {
        return Ok(None);
    }
    if look == Look::Counts && session.last_seen_at + TOUCH <= now {
        touch(app, &caller, session.id, now);
    }
    Ok(Some(caller))
}

/// "Last seen" is noted aside: the answer does not wait for it.
fn touch(app: &AppState, caller: &Caller, session: SessionId, now: DateTime<Utc>) {
    let (app, caller) = (app.clone(), caller.clone());
    tokio::spawn(async move {
        let Ok(permit) = caller.sign_in() else { return };
        let noted = app.writer.write(&permit, move |tx| {
            Box::pin(async move { Ok(people::touch_session(tx.conn(), session, now).await?) })
        });
        if let Err(error) = noted.await {
            tracing::debug!(%error, "could not note that a session is in use");
        }
    });
}

async fn person(
    app: &AppState,
    id: PersonId,
    session: SessionId,
) -> Result<Option<Caller>, AppError> {
    let Some(row) = people::person(app.db.identify(), id).await? else {
        return Ok(None);
    };
    let grants = people::grants(app.db.identify(), id).await?;
    Ok(Some(Caller {
        actor: Actor::Person { id, grants },
        session: Some(session),
        name: Some(row.name),
        locked: None,
        by_token: false,
    }))
}

async fn by_device(
    app: &AppState,
    headers: &HeaderMap,
    secret: &str,
) -> Result<Option<Caller>, AppError> {
    let now = app.clock.now();
    let found = app.often.device(secrets::hash(secret)).await?;
    let Some(device) = found.filter(|device| device.expires_at > now) else {
        return Ok(None);
    };
    let locked = device.pin_hash.is_some()
        && !cookies::is_unlocked(headers, &app.settings, &app.token_key, device.id, now);
    if locked {
        return Ok(Some(Caller {
            locked: Some(device.id),
            ..Caller::stranger()
        }));
    }
    let caller = Caller {
        actor: Actor::Device {
            id: device.id,
            practice: device.practice.clone(),
            clinician: device.clinician,
        },
        ..Caller::stranger()
    };
    if device.last_seen_at + TOUCH_DEVICE <= now {
        touch_device(app, &caller, device.practice, device.id);
    }
    Ok(Some(caller))
}

/// A screen that opened its link. One whose link nobody opened yet holds no cookie with its secret.
async fn by_display(app: &AppState, secret: &str) -> Result<Option<Caller>, AppError> {
    let now = app.clock.now();
    let found = displays::by_secret(app.db.identify(), &secrets::hash(secret), now).await?;
    Ok(found
        .filter(|display| display.opened_at.is_some())
        .map(|display| Caller {
            actor: Actor::Display {
                id: display.id,
                practice: display.practice,
                desk: display.may_count,
            },
            ..Caller::stranger()
        }))
}

/// Noted aside, like that of a session.
fn touch_device(app: &AppState, caller: &Caller, practice: OdsCode, device: DeviceId) {
    let (app, caller) = (app.clone(), caller.clone());
    tokio::spawn(async move {
        let Ok(permit) = caller.sign_in() else { return };
        let noted = app.writer.write(&permit, move |tx| {
            Box::pin(async move {
                Ok(enrolment::touch_device(tx.conn(), &practice, device, tx.now()).await?)
            })
        });
        if let Err(error) = noted.await {
            tracing::debug!(%error, "could not note that a device is in use");
        }
    });
}

/// Where a request comes from, for counting failed tries; `unknown` in tests without a socket.
#[derive(Debug, Clone)]
pub struct Address(pub String);

impl FromRequestParts<AppState> for Address {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &AppState) -> Result<Self, Infallible> {
        let socket = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        Ok(Self(socket.map_or_else(
            || "unknown".to_owned(),
            |info| info.0.ip().to_string(),
        )))
    }
}
