//! The one cookie: a session of a person, an enrolled device, or a screen with a display link. A device with a PIN has a second one that says until
//! when it is unlocked.

use axum::http::{HeaderMap, HeaderValue, header};

use chrono::{DateTime, Duration, Utc};
use entity::ids::DeviceId;

use super::secrets;
use crate::{config::Settings, error::AppError};

/// How long a PIN unlocks a device, if its browser stays open.
pub const UNLOCKED: Duration = Duration::hours(12);

/// What the cookie holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Held {
    /// Secret of a session.
    Session(String),
    /// Secret of a device.
    Device(String),
    /// Secret of a display.
    Display(String),
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
    match value(headers, name(settings))?.split_once('.') {
        Some(("s", secret)) => Some(Held::Session(secret.to_owned())),
        Some(("d", secret)) => Some(Held::Device(secret.to_owned())),
        Some(("w", secret)) => Some(Held::Display(secret.to_owned())),
        _ => None,
    }
}

fn value<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .find_map(|pair| pair.trim().strip_prefix(name)?.strip_prefix('='))
}

fn unlock_name(settings: &Settings) -> &'static str {
    if settings.is_secure() {
        "__Host-headroom-unlocked"
    } else {
        "headroom-unlocked"
    }
}

/// The cookie that a right PIN earns. It ends with the browser, and on our side after [`UNLOCKED`].
///
/// # Errors
/// A fault of the hashing library.
pub fn unlock(
    settings: &Settings,
    key: &[u8; 32],
    device: DeviceId,
    now: DateTime<Utc>,
) -> Result<HeaderValue, AppError> {
    let until = (now + UNLOCKED).timestamp().to_string();
    let proof = secrets::derived(key, &["unlock", &device.to_string(), &until])?;
    let secure = if settings.is_secure() { "; Secure" } else { "" };
    HeaderValue::from_str(&format!(
        "{}={until}.{proof}; Path=/; HttpOnly; SameSite=Lax{secure}",
        unlock_name(settings)
    ))
    .map_err(|error| AppError::Fault(error.to_string()))
}

/// Whether the right PIN of this device was given not too long ago.
pub fn is_unlocked(
    headers: &HeaderMap,
    settings: &Settings,
    key: &[u8; 32],
    device: DeviceId,
    now: DateTime<Utc>,
) -> bool {
    value(headers, unlock_name(settings))
        .and_then(|value| value.split_once('.'))
        .is_some_and(|(until, proof)| {
            until
                .parse::<i64>()
                .is_ok_and(|until| until > now.timestamp())
                && secrets::is_derived(key, &["unlock", &device.to_string(), until], proof)
        })
}

/// Sets the cookie for `seconds`.
pub fn set(settings: &Settings, held: &Held, seconds: i64) -> Option<HeaderValue> {
    let value = match held {
        Held::Session(secret) => format!("s.{secret}"),
        Held::Device(secret) => format!("d.{secret}"),
        Held::Display(secret) => format!("w.{secret}"),
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

#[cfg(test)]
mod tests {
    use entity::ids::DeviceId;
    use uuid::Uuid;

    use super::*;
    use crate::config::Options;

    #[test]
    fn a_device_is_unlocked_for_twelve_hours_and_no_other_device_is() {
        let settings = Settings::resolve(Options::default()).unwrap();
        let now: DateTime<Utc> = "2026-11-20T08:00:00Z".parse().unwrap();
        let (mine, other) = (DeviceId(Uuid::now_v7()), DeviceId(Uuid::now_v7()));
        let cookie = unlock(&settings, &[1; 32], mine, now).unwrap();
        let pair = cookie
            .to_str()
            .unwrap()
            .split(';')
            .next()
            .unwrap()
            .to_owned();
        assert!(!cookie.to_str().unwrap().contains("Max-Age"));
        let headers = |pair: &str| {
            HeaderMap::from_iter([(
                header::COOKIE,
                HeaderValue::from_str(&format!("headroom=d.x; {pair}")).unwrap(),
            )])
        };
        let open =
            |pair: &str, key, device, at| is_unlocked(&headers(pair), &settings, &key, device, at);
        assert!(open(&pair, [1; 32], mine, now));
        assert!(!open(&pair, [1; 32], mine, now + UNLOCKED));
        assert!(!open(&pair, [1; 32], other, now));
        assert!(!open(&pair, [2; 32], mine, now));
        let later = pair.replace("=1", "=2");
        assert!(!open(&later, [1; 32], mine, now));
        assert_eq!(
            read(&headers(&pair), &settings),
            Some(Held::Device("x".to_owned()))
        );
    }
}
