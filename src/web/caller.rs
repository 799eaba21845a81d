//! Who asks: a person with a cookie or a token, a program with a key, an enrolled device, or a stranger. Looked up on every request, so that
//! what was revoked is gone at once.

use std::{cmp::Reverse, convert::Infallible};

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, Method, header, request::Parts},
};
use chrono::{DateTime, Duration, Utc};
use entity::ids::{DeviceId, OdsCode, SessionId};

use super::{
    cookies::{self, Cookie},
    enrolments::{self, Enrolment, HeldEnrolment},
    programs, secrets, tokens,
};
use crate::{
    domain::access::{self, Actor, By, Facts, Grant, Permit, SeeOwnDay, SignIn, Target},
    error::AppError,
    operations::{touch_device::TouchDevice, touch_session::TouchSession},
    state::{AppState, Pace},
    store::{
        displays,
        people::{self, SessionRow},
    },
};

/// Idle and absolute end of a session for roles that see one practice.
pub const PRACTICE_SESSION: (Duration, Duration) = (Duration::minutes(30), Duration::hours(12));
/// The same for roles that see more than one.
pub const AREA_SESSION: (Duration, Duration) = (Duration::minutes(15), Duration::hours(8));
/// The header of a request that nobody asked for, as [`crate::ui::live::QUIET`] sends it.
const QUIET: &str = "headroom-quiet";
/// Where nobody goes, and pages and their browsers ask by themselves: streams, files, whether the service is there.
const AUTOMATIC: [&str; 4] = ["/live/", "/assets/", "/health/", "/service-worker.js"];
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
    /// The places of a device that counts for more than one or waits for a PIN, the one used last first. While all of
    /// them wait, nobody asks. Empty for the ordinary phone, whose one place is the actor.
    pub enrolments: Vec<Enrolment>,
    /// Whether the place of a device that is in use is opened with a PIN.
    pub has_pin: bool,
    /// Whether an API token was used: no cookie, so no other site can have caused the request.
    pub by_token: bool,
    /// How fast a program goes.
    pub pace: Option<Pace>,
    /// Whether some of what a person holds is shut, because no second factor was proven in this session.
    pub lacks_second_factor: bool,
}

impl Caller {
    fn stranger() -> Self {
        Self {
            actor: Actor::Stranger,
            session: None,
            name: None,
            enrolments: Vec::new(),
            has_pin: false,
            by_token: false,
            pace: None,
            lacks_second_factor: false,
        }
    }

    /// What a person holds; nothing for others.
    pub fn grants(&self) -> &[Grant] {
        match &self.actor {
            Actor::Person { grants, .. } => grants,
            Actor::Device { .. }
            | Actor::Display { .. }
            | Actor::Program { .. }
            | Actor::TapAddress { .. }
            | Actor::Stranger => &[],
        }
    }

    /// What a device may do for its own clinician; nothing for others.
    pub fn own_clinician(&self) -> Option<Permit<SeeOwnDay>> {
        let Actor::Device { practice, clinician, .. } = &self.actor else {
            return None;
        };
        let target = Target::Clinician(practice.clone(), *clinician);
        let exists = Facts { exists: true, ..Facts::default() };
        access::permit(&self.actor, &target, exists).ok()
    }

    /// The same for each place that this device counts for, but those that wait for their PIN.
    pub fn own_clinicians(&self) -> Vec<Permit<SeeOwnDay>> {
        if self.enrolments.is_empty() {
            return self.own_clinician().into_iter().collect();
        }
        self.enrolments.iter().filter_map(Enrolment::own_clinician).collect()
    }

    /// Whether a device asks that must be given a PIN before it opens anything.
    pub fn waits_for_pin(&self) -> bool {
        self.actor == Actor::Stranger && !self.enrolments.is_empty()
    }

    /// The caller at the place that is asked about, where it is one of its device's. Elsewhere it stays at the place that
    /// was used last, and may do no more than anybody else's phone.
    ///
    /// # Errors
    /// [`AppError::SignInFirst`] where that place waits for its PIN.
    pub fn at_place_of(mut self, target: &Target) -> Result<Self, AppError> {
        let about = || self.enrolments.iter().filter(|enrolment| enrolment.is_about(target));
        let open = about().find(|enrolment| !enrolment.locked);
        match open.or_else(|| about().next()) {
            None => Ok(self),
            Some(enrolment) if enrolment.locked => Err(AppError::SignInFirst),
            Some(enrolment) => {
                self.actor = enrolment.actor();
                self.has_pin = enrolment.has_pin;
                Ok(self)
            }
        }
    }

    /// Notes which place of a device is in use, so that its first page is that of the practice where it was used last.
    pub fn note_use(&self, app: &AppState) {
        let used = |enrolment: &&Enrolment| enrolment.due && enrolment.device.0 == self.actor.id();
        if let Some(enrolment) = self.enrolments.iter().find(used) {
            touch_device(app, self, enrolment.practice.clone(), enrolment.device);
        }
    }

    /// The permit to sign in, out or enrol, which everybody has.
    pub fn sign_in(&self) -> Result<Permit<SignIn>, AppError> {
        access::permit(&self.actor, &Target::Account, Facts { exists: true, ..Facts::default() })
            .map_err(|_| AppError::NotYours)
    }
}

impl FromRequestParts<AppState> for Caller {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &AppState) -> Result<Self, Infallible> {
        Ok(parts.extensions.get::<Self>().cloned().unwrap_or_else(Self::stranger))
    }
}

/// Idle and absolute limits for what somebody holds.
pub fn limits(grants: &[Grant]) -> (Duration, Duration) {
    if grants.iter().any(|grant| grant.role.sees_many()) { AREA_SESSION } else { PRACTICE_SESSION }
}

/// Finds out who asks.
///
/// # Errors
/// [`AppError::SignInFirst`] for a token or a key that is not good: it is sent on purpose, unlike a stale cookie; as
/// [`programs::by_key`].
pub async fn identify(app: &AppState, parts: &Parts) -> Result<Caller, AppError> {
    let activity = if is_automatic(parts) { Activity::Ignore } else { Activity::Record };
    find(app, &parts.headers, activity, parts.uri.path()).await
}

/// Whether nobody did anything: a page that is open fetches its fragments again, and keeps its stream. Such a request says
/// so itself, and whoever says so without need signs out the sooner.
fn is_automatic(parts: &Parts) -> bool {
    let reads = parts.method == Method::GET || parts.method == Method::HEAD;
    let path = parts.uri.path();
    let by_itself = AUTOMATIC.iter().any(|begins| path.starts_with(begins));
    reads && (by_itself || parts.headers.contains_key(QUIET))
}

/// Finds out who asks without noting that they are active: an open stream must not keep a session alive by itself. A key
/// opens none.
///
/// # Errors
/// As [`identify`].
pub async fn identify_quietly(app: &AppState, headers: &HeaderMap) -> Result<Caller, AppError> {
    find(app, headers, Activity::Ignore, "").await
}

/// Whether being identified counts as activity of the session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Activity {
    Record,
    Ignore,
}

async fn find(app: &AppState, headers: &HeaderMap, activity: Activity, path: &str) -> Result<Caller, AppError> {
    let caller = known(app, headers, activity, path).await?;
    // The frame of a page names a place by what is known already: after a start that is nothing.
    if caller.actor != Actor::Stranger && app.organisations.kept().is_none() {
        app.organisations().await?;
    }
    Ok(caller)
}

async fn known(app: &AppState, headers: &HeaderMap, activity: Activity, path: &str) -> Result<Caller, AppError> {
    if let Some(token) = bearer(headers) {
        let token = token?;
        if programs::is_key(token) {
            let (actor, pace) = programs::by_key(app, token, path).await?;
            return Ok(Caller { actor, by_token: true, pace: Some(pace), ..Caller::stranger() });
        }
        return by_token(app, token).await?.ok_or(AppError::SignInFirst);
    }
    let found = match cookies::read(headers, &app.settings) {
        Some(Cookie::Session(secret)) => by_session(app, &secret, activity).await?,
        Some(Cookie::Device(secrets)) => by_device(app, headers, secrets).await?,
        Some(Cookie::Display(secret)) => by_display(app, &secret).await?,
        None => None,
    };
    Ok(found.unwrap_or_else(Caller::stranger))
}

/// The token of the one `Authorization` header. Of two, one program reads the first and another the second.
fn bearer(headers: &HeaderMap) -> Option<Result<&str, AppError>> {
    let mut lines = headers.get_all(header::AUTHORIZATION).iter();
    let line = lines.next()?;
    if lines.next().is_some() {
        let why = "Send one Authorization header";
        return Some(Err(AppError::Malformed(why.into())));
    }
    let token = line.to_str().ok().and_then(|line| {
        let (scheme, token) = line.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then_some(token)
    });
    Some(token.ok_or(AppError::SignInFirst))
}

async fn by_token(app: &AppState, token: &str) -> Result<Option<Caller>, AppError> {
    let now = app.clock.now();
    let Some(claims) = tokens::read(&app.keys, token, now) else {
        return Ok(None);
    };
    let session = people::session(app.db.unscoped(), claims.session()).await?;
    let good = |session: &SessionRow| session.person == claims.person() && session.expires_at > now;
    let Some(session) = session.filter(good) else {
        return Ok(None);
    };
    let caller = person(app, &session).await?;
    Ok(caller.map(|caller| Caller { by_token: true, ..caller }))
}

async fn by_session(app: &AppState, secret: &str, activity: Activity) -> Result<Option<Caller>, AppError> {
    let Some(session) = people::session_by_secret(app.db.unscoped(), &secrets::hash(secret)).await? else {
        return Ok(None);
    };
    let Some(caller) = person(app, &session).await? else {
        return Ok(None);
    };
    let now = app.clock.now();
    let (idle, absolute) = limits(caller.grants());
    if session.expires_at <= now || session.created_at + absolute <= now || session.last_seen_at + idle <= now {
        return Ok(None);
    }
    if activity == Activity::Record && session.last_seen_at + TOUCH <= now {
        touch(app, &caller, session.id, now);
    }
    Ok(Some(caller))
}

/// "Last seen" is noted aside: the answer does not wait for it.
fn touch(app: &AppState, caller: &Caller, session: SessionId, now: DateTime<Utc>) {
    let (app, caller) = (app.clone(), caller.clone());
    tokio::spawn(async move {
        let Ok(permit) = caller.sign_in() else { return };
        let touched = TouchSession { session, at: now };
        let by = By::from(&permit);
        let noted = touched.perform(&app, &by);
        if let Err(error) = noted.await {
            tracing::debug!(%error, "could not note that a session is in use");
        }
    });
}

async fn person(app: &AppState, session: &SessionRow) -> Result<Option<Caller>, AppError> {
    let id = session.person;
    let Some(row) = people::person(app.db.unscoped(), id).await? else {
        return Ok(None);
    };
    let held = people::grants(app.db.unscoped(), id).await?;
    let holds = held.len();
    let grants = access::open_grants(held, session.second_factor_at.is_some());
    Ok(Some(Caller {
        lacks_second_factor: grants.len() < holds,
        actor: Actor::Person { id, grants },
        session: Some(session.id),
        name: Some(row.name),
        ..Caller::stranger()
    }))
}

async fn by_device(app: &AppState, headers: &HeaderMap, secrets: Vec<String>) -> Result<Option<Caller>, AppError> {
    let now = app.clock.now();
    let mut held = enrolments::held(app, headers, secrets).await?;
    // The place used last first.
    held.sort_by_key(|held| Reverse(held.row.last_seen_at));
    let Some(first) = held.iter().find(|held| !held.locked).or(held.first()) else {
        return Ok(None);
    };
    let enrolment = first.enrolment();
    let actor = if first.locked { Actor::Stranger } else { enrolment.actor() };
    let caller = Caller { actor, has_pin: enrolment.has_pin, ..Caller::stranger() };
    let old = |held: &HeldEnrolment| held.row.last_seen_at + TOUCH_DEVICE <= now;
    if held.len() > 1 || first.locked {
        let enrolment =
            |(at, held): (usize, &HeldEnrolment)| Enrolment { due: at > 0 || old(held), ..held.enrolment() };
        let enrolments = held.iter().enumerate().map(enrolment).collect();
        return Ok(Some(Caller { enrolments, ..caller }));
    }
    if old(first) {
        touch_device(app, &caller, first.row.practice.clone(), first.row.id);
    }
    Ok(Some(caller))
}

/// A screen that opened its link. One whose link nobody opened yet holds no cookie with its secret.
async fn by_display(app: &AppState, secret: &str) -> Result<Option<Caller>, AppError> {
    let now = app.clock.now();
    let found = displays::by_secret(app.db.unscoped(), &secrets::hash(secret), now).await?;
    Ok(found.filter(|display| display.opened_at.is_some()).map(|display| Caller {
        actor: Actor::Display { id: display.id, practice: display.practice, desk: display.may_count },
        ..Caller::stranger()
    }))
}

/// Noted aside, like that of a session.
fn touch_device(app: &AppState, caller: &Caller, practice: OdsCode, device: DeviceId) {
    let (app, caller) = (app.clone(), caller.clone());
    tokio::spawn(async move {
        let Ok(permit) = caller.sign_in() else { return };
        let by = By::from(&permit);
        let noted = TouchDevice { practice, device }.perform(&app, &by);
        if let Err(error) = noted.await {
            tracing::debug!(%error, "could not note that a device is in use");
        }
    });
}
