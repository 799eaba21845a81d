//! The one cookie: a session of a person, or an enrolled device.

use axum::http::{HeaderMap, HeaderValue, header};

use crate::config::Settings;

/// What the cookie holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Held {
    /// Secret of a session.
    Session(String),
    /// Secret of a device.
    Device(String),
}

/// Over TLS the name binds the cookie to this host and path.
fn name(settings: &Settings) -> &'static str {
    if settings.is_secure() {
        "__Host-headroom"
    } else {
        "headroom"
    }
}

/// Reads the cookie, if there is one of ours.
pub fn read(headers: &HeaderMap, settings: &Settings) -> Option<Held> {
    let prefix = format!("{}=", name(settings));
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .find_map(|pair| pair.trim().strip_prefix(prefix.as_str()))
        .and_then(|value| match value.split_once('.') {
            Some(("s", secret)) => Some(Held::Session(secret.to_owned())),
            Some(("d", secret)) => Some(Held::Device(secret.to_owned())),
            _ => None,
        })
}

/// Sets the cookie for `seconds`.
pub fn set(settings: &Settings, held: &Held, seconds: i64) -> Option<HeaderValue> {
    let value = match held {
        Held::Session(secret) => format!("s.{secret}"),
        Held::Device(secret) => format!("d.{secret}"),
    };
    header(settings, &value, seconds)
}

/// Removes the cookie.
pub fn clear(settings: &Settings) -> Option<HeaderValue> {
    header(settings, "", 0)
}

fn header(settings: &Settings, value: &str, seconds: i64) -> Option<HeaderValue> {
    let secure = if settings.is_secure() { "; Secure" } else { "" };
    HeaderValue::from_str(&format!(
        "{}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}",
        name(settings)
    ))
    .ok()
}
