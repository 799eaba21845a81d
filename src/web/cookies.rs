//! The one cookie: a session of a person, the places an enrolled device counts for, or a screen with a display link. A
//! device with a PIN has a second one that says until when it is unlocked, for each of its places.

use axum::http::{HeaderMap, HeaderValue, header};

use chrono::{DateTime, Duration, Utc};
use entity::ids::DeviceId;

use super::secrets;
use crate::{config::Settings, error::AppError};

/// How long a PIN unlocks a device, if its browser stays open.
pub const UNLOCKED: Duration = Duration::hours(12);

/// The most places that one device counts for.
pub const MOST_PLACES: usize = 3;

/// What the cookie holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Held {
    /// Secret of a session.
    Session(String),
    /// Secrets of a device: one for each place it counts for, [`MOST_PLACES`] at most.
    Device(Vec<String>),
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
        // No secret has a dot: it parts them.
        Some(("d", secrets)) => Some(Held::Device(
            secrets
                .split('.')
                .filter(|secret| !secret.is_empty())
                .take(MOST_PLACES)
                .map(str::to_owned)
                .collect(),
        )),
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

/// The cookie that a right PIN earns. It ends with the browser, and on our side after [`UNLOCKED`]. A PIN opens the one
/// place it was chosen for; proofs for `others` that were given before stay in the cookie.
///
/// # Errors
/// A fault of the hashing library.
pub fn unlock(
    headers: &HeaderMap,
    settings: &Settings,
    key: &[u8; 32],
    device: DeviceId,
    others: &[DeviceId],
    now: DateTime<Utc>,
) -> Result<HeaderValue, AppError> {
    let until = (now + UNLOCKED).timestamp().to_string();
    let proof = secrets::derived(key, &["unlock", &device.to_string(), &until])?;
    let fresh = format!("{until}.{proof}");
    let kept = proofs(headers, settings).filter(|proof| {
        let of_another = |other: &DeviceId| *other != device && opens(proof, key, *other, now);
        others.iter().any(of_another)
    });
    let all: Vec<&str> = kept
        .take(MOST_PLACES - 1)
        .chain(Some(fresh.as_str()))
        .collect();
    let secure = if settings.is_secure() { "; Secure" } else { "" };
    HeaderValue::from_str(&format!(
        "{}={}; Path=/; HttpOnly; SameSite=Lax{secure}",
        unlock_name(settings),
        all.join("~")
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
    proofs(headers, settings).any(|proof| opens(proof, key, device, now))
}

/// What right PINs have earned, as sent.
fn proofs<'a>(headers: &'a HeaderMap, settings: &Settings) -> impl Iterator<Item = &'a str> {
    value(headers, unlock_name(settings))
        .into_iter()
        .flat_map(|value| value.split('~').take(MOST_PLACES))
}

fn opens(proof: &str, key: &[u8; 32], device: DeviceId, now: DateTime<Utc>) -> bool {
    proof.split_once('.').is_some_and(|(until, proof)| {
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
        Held::Device(secrets) => format!("d.{}", secrets.join(".")),
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
        let none = HeaderMap::new();
        let cookie = unlock(&none, &settings, &[1; 32], mine, &[], now).unwrap();
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
            Some(Held::Device(vec!["x".to_owned()]))
        );
    }

    #[test]
    fn each_place_is_unlocked_on_its_own_and_stays_so_when_another_is() {
        let settings = Settings::resolve(Options::default()).unwrap();
        let now: DateTime<Utc> = "2026-11-20T08:00:00Z".parse().unwrap();
        let key = [1; 32];
        let ids: Vec<DeviceId> = (0..4).map(|_| DeviceId(Uuid::now_v7())).collect();
        let mut headers = HeaderMap::new();
        for (n, id) in ids.iter().enumerate() {
            // The first is no place of this device any more when the last is unlocked.
            let others = &ids[n.saturating_sub(2)..n];
            let at = now + Duration::minutes(n.try_into().unwrap());
            let cookie = unlock(&headers, &settings, &key, *id, others, at).unwrap();
            headers = HeaderMap::from_iter([(header::COOKIE, cookie)]);
        }
        let open = |at: DateTime<Utc>| -> Vec<bool> {
            ids.iter()
                .map(|id| is_unlocked(&headers, &settings, &key, *id, at))
                .collect()
        };
        assert_eq!(open(now), [false, true, true, true]);
        let at = now + UNLOCKED + Duration::minutes(2);
        assert_eq!(open(at), [false, false, false, true]);
    }

    #[test]
    fn a_device_holds_three_secrets_at_most() {
        let settings = Settings::resolve(Options::default()).unwrap();
        let held = |text: &'static str| {
            let headers = HeaderMap::from_iter([(header::COOKIE, HeaderValue::from_static(text))]);
            read(&headers, &settings)
        };
        let device = |secrets: &[&str]| {
            Some(Held::Device(
                secrets.iter().map(|&one| one.to_owned()).collect(),
            ))
        };
        assert_eq!(held("headroom=d.a.b"), device(&["a", "b"]));
        assert_eq!(held("headroom=d.a..b.c.d"), device(&["a", "b", "c"]));
        assert_eq!(held("headroom=d."), device(&[]));
        let both = device(&["a", "b"]).unwrap();
        let cookie = set(&settings, &both, 60).unwrap();
        assert!(cookie.to_str().unwrap().starts_with("headroom=d.a.b;"));
    }
}
