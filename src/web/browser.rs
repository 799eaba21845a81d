//! What a browser brings with it to the page where somebody signs in: the session that the next one replaces, and marks of
//! those who signed in with it before.
//!
//! A mark is signed, for one person, and opens nothing. It only says that this browser is no stranger's, so that strangers
//! who guess cannot keep its owner out.

use std::convert::Infallible;

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, HeaderValue, request::Parts},
};
use chrono::{DateTime, Duration, Utc};
use entity::ids::PersonId;

use super::{
    cookies::{self, Cookie},
    secrets,
};
use crate::{
    config::{Keys, Purpose, Settings},
    error::AppError,
    state::AppState,
};

/// How long a browser is known.
const KNOWN: Duration = Duration::days(365);
/// For how many people: a desk that several share.
const MOST: usize = 5;

/// What was brought.
#[derive(Debug, Clone, Default)]
pub struct Browser {
    session: Option<String>,
    marks: Vec<String>,
}

impl FromRequestParts<AppState> for Browser {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Self, Infallible> {
        Ok(Self::of(&parts.headers, &app.settings))
    }
}

impl Browser {
    /// Reads it from the cookies.
    pub fn of(headers: &HeaderMap, settings: &Settings) -> Self {
        let session = match cookies::read(headers, settings) {
            Some(Cookie::Session(secret)) => Some(secrets::hash(&secret)),
            Some(Cookie::Device(_) | Cookie::Display(_)) | None => None,
        };
        let marks = cookies::value(headers, name(settings));
        let marks = marks.into_iter().flat_map(|marks| marks.split('~'));
        Self { session, marks: marks.take(MOST).map(str::to_owned).collect() }
    }

    /// The hash of the session whose cookie gives way to another one: it ends then.
    pub fn session(&self) -> Option<&str> {
        self.session.as_deref()
    }

    /// The name of this browser for a person who signed in with it before.
    pub fn mark_of(&self, keys: &Keys, person: PersonId, now: DateTime<Utc>) -> Option<&str> {
        self.marks.iter().find_map(|mark| is_of(mark, keys, person, now))
    }

    /// The cookie with a mark of this person beside those of others; one that was there keeps its name.
    ///
    /// # Errors
    /// A fault of the hashing library.
    pub fn marked(&self, app: &AppState, person: PersonId) -> Result<HeaderValue, AppError> {
        let (keys, now) = (&app.keys, app.clock.now());
        let nonce = match self.mark_of(keys, person, now) {
            Some(nonce) => nonce.to_owned(),
            None => secrets::fresh(),
        };
        let (of, until) = (person.to_string(), (now + KNOWN).timestamp().to_string());
        let parts = [&*of, &nonce, &until];
        let proof = secrets::derived(keys, Purpose::KnownDevice, &parts)?;
        let mut marks: Vec<&str> = self.marks.iter().map(String::as_str).collect();
        marks.retain(|mark| is_of(mark, keys, person, now).is_none());
        marks.truncate(MOST.saturating_sub(1));
        let fresh = format!("{nonce}.{until}.{proof}");
        marks.insert(0, &fresh);
        let secure = if app.settings.is_secure() { "; Secure" } else { "" };
        HeaderValue::from_str(&format!(
            "{}={}; Path=/; Max-Age={}; HttpOnly; SameSite=Lax{secure}",
            name(&app.settings),
            marks.join("~"),
            KNOWN.num_seconds()
        ))
        .map_err(|error| AppError::Fault(error.to_string()))
    }
}

fn name(settings: &Settings) -> &'static str {
    if settings.is_secure() { "__Host-headroom-known" } else { "headroom-known" }
}

/// The name in a mark, if it is this person's and not too old.
fn is_of<'a>(mark: &'a str, keys: &Keys, person: PersonId, now: DateTime<Utc>) -> Option<&'a str> {
    let (nonce, rest) = mark.split_once('.')?;
    let (until, proof) = rest.split_once('.')?;
    let in_time = until.parse::<i64>().ok()? > now.timestamp();
    let parts = [&*person.to_string(), nonce, until];
    (in_time && secrets::is_derived(keys, Purpose::KnownDevice, &parts, proof)).then_some(nonce)
}
