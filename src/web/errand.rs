//! What a browser keeps for us while its person is at the organisation's sign-in: what they went for, and what must come back
//! with them. Sealed with a key of the master's, so that nobody reads or makes one; for ten minutes, and for one path.

use axum::http::{HeaderMap, HeaderValue};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, Duration, Utc};
use entity::ids::{PersonId, SessionId};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{
    cookies,
    sealed::{self, Kind},
    secrets,
};
use crate::{
    config::{Keys, Settings},
    error::AppError,
    operations::open_session::RightTry,
};

/// Where somebody comes back to.
pub const BACK: &str = "/sign-in/organisation/back";
/// How long somebody may be away.
pub const AWAY: Duration = Duration::minutes(10);

/// What somebody went for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Errand {
    /// To sign in, and be led on.
    SignIn {
        /// Where to.
        next: String,
    },
    /// To come in by a link they were sent.
    Invitation {
        /// Hash of its secret.
        link: String,
    },
    /// To add it to their account.
    Account {
        /// Whose.
        person: PersonId,
        /// The session that asked.
        session: SessionId,
        /// The try with the password, where one was asked for.
        right: Option<RightTry>,
    },
}

/// Somebody who is on the way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Journey {
    /// What for.
    pub errand: Errand,
    /// Comes back with them.
    pub state: String,
    /// Comes back in the token.
    pub nonce: String,
    /// Shown when the code is redeemed.
    pub verifier: String,
    /// Until when, in seconds.
    until: i64,
}

impl Journey {
    /// One that begins now.
    pub fn new(errand: Errand, now: DateTime<Utc>) -> Self {
        let [state, nonce, verifier] = std::array::from_fn(|_| secrets::fresh());
        Self { errand, state, nonce, verifier, until: (now + AWAY).timestamp() }
    }

    /// The digest of the verifier (RFC 7636, 4.2).
    pub fn challenge(&self) -> String {
        URL_SAFE_NO_PAD.encode(Sha256::digest(self.verifier.as_bytes()))
    }

    /// The cookie.
    ///
    /// # Errors
    /// A fault of the libraries.
    pub fn cookie(&self, settings: &Settings, keys: &Keys) -> Result<HeaderValue, AppError> {
        let text = serde_json::to_vec(self).map_err(|error| AppError::Fault(error.to_string()))?;
        written(settings, &sealed::seal(keys, Kind::Errand, text)?, AWAY.num_seconds())
    }

    /// The one that a browser brings; nothing where it brings none of ours, or is late.
    pub fn of(headers: &HeaderMap, settings: &Settings, keys: &Keys, now: DateTime<Utc>) -> Option<Self> {
        let text = sealed::open(keys, Kind::Errand, cookies::value(headers, name(settings))?)?;
        let journey: Self = serde_json::from_slice(&text).ok()?;
        (journey.until > now.timestamp()).then_some(journey)
    }

    /// Takes the cookie away.
    ///
    /// # Errors
    /// A fault of ours, where it cannot be written.
    pub fn over(settings: &Settings) -> Result<HeaderValue, AppError> {
        written(settings, "", 0)
    }
}

fn name(settings: &Settings) -> &'static str {
    // `__Host-` would ask for every path.
    if settings.is_secure() { "__Secure-headroom-errand" } else { "headroom-errand" }
}

/// Sent along by no request that another site makes in the background, and on the way back, which is a click of theirs.
fn written(settings: &Settings, value: &str, seconds: i64) -> Result<HeaderValue, AppError> {
    let secure = if settings.is_secure() { "; Secure" } else { "" };
    let name = name(settings);
    HeaderValue::from_str(&format!("{name}={value}; Path={BACK}; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}"))
        .map_err(|error| AppError::Fault(error.to_string()))
}

#[cfg(test)]
mod tests {
    use axum::http::header;

    use super::*;
    use crate::config::Options;

    fn now() -> DateTime<Utc> {
        "2026-11-20T12:00:00Z".parse().unwrap()
    }

    fn headers(cookie: &HeaderValue) -> HeaderMap {
        let pair = cookie.to_str().unwrap().split(';').next().unwrap();
        HeaderMap::from_iter([(header::COOKIE, pair.parse().unwrap())])
    }

    #[test]
    fn a_journey_is_read_by_whoever_sealed_it_until_it_is_late() {
        let settings = Settings::resolve(Options::default()).unwrap();
        let keys = |byte: u8, older: &[[u8; 32]]| Keys::new(&[byte; 32], older);
        let journey = Journey::new(Errand::SignIn { next: "/roles".to_owned() }, now());
        let cookie = journey.cookie(&settings, &keys(1, &[])).unwrap();
        let says = cookie.to_str().unwrap();
        for part in ["Path=/sign-in/organisation/back", "HttpOnly", "SameSite=Lax", "Max-Age=600"] {
            assert!(says.contains(part), "{says}");
        }
        assert!(!says.contains(&journey.state) && !says.contains("roles"));
        let read = |keys: &Keys, at| Journey::of(&headers(&cookie), &settings, keys, at);
        assert_eq!(read(&keys(1, &[]), now()), Some(journey.clone()));
        assert_eq!(read(&keys(2, &[[1; 32]]), now()), Some(journey.clone()));
        assert_eq!(read(&keys(2, &[]), now()), None);
        assert_eq!(read(&keys(1, &[]), now() + AWAY), None);
        assert_ne!(journey.cookie(&settings, &keys(1, &[])).unwrap(), cookie);
    }

    #[test]
    fn over_tls_the_cookie_says_so() {
        let options = Options { public_url: Some("https://headroom.example".to_owned()), ..Options::default() };
        let settings = Settings::resolve(options).unwrap();
        let cookie = Journey::over(&settings).unwrap();
        assert!(cookie.to_str().unwrap().starts_with("__Secure-headroom-errand=;"));
        assert!(cookie.to_str().unwrap().contains("; Secure"));
    }

    #[test]
    fn the_challenge_is_that_of_the_standard() {
        // RFC 7636, appendix B.
        let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk".to_owned();
        let journey = Journey { verifier, ..Journey::new(Errand::SignIn { next: String::new() }, now()) };
        assert_eq!(journey.challenge(), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    }
}
