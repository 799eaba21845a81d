//! The one cookie: a session of a person, the places an enrolled device counts for, or a screen with a display link. A
//! device with a PIN has a second one that says until when it is unlocked, for each of its places.

use axum::http::{HeaderMap, HeaderValue, header};

use chrono::{DateTime, Duration, Utc};

use super::secrets;
use crate::{
    config::{Keys, Purpose, Settings},
    error::AppError,
    store::people::DeviceRow,
};

/// How long a PIN unlocks a device, if its browser stays open.
pub const UNLOCKED: Duration = Duration::hours(12);

/// The most places that one device counts for.
pub const MOST_PLACES: usize = 3;

/// The cookie, by what it holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cookie {
    /// Secret of a session.
    Session(String),
    /// Secrets of a device: one for each place it counts for, [`MOST_PLACES`] at most.
    Device(Vec<String>),
    /// Secret of a display.
    Display(String),
}

/// Over TLS the name binds the cookie to this host and path.
fn name(settings: &Settings) -> &'static str {
    if settings.is_secure() { "__Host-headroom" } else { "headroom" }
}

/// Reads the cookie, if there is one of ours.
pub fn read(headers: &HeaderMap, settings: &Settings) -> Option<Cookie> {
    match value(headers, name(settings))?.split_once('.') {
        Some(("s", secret)) => Some(Cookie::Session(secret.to_owned())),
        // No secret has a dot: it parts them.
        Some(("d", secrets)) => Some(Cookie::Device(
            secrets.split('.').filter(|secret| !secret.is_empty()).take(MOST_PLACES).map(str::to_owned).collect(),
        )),
        Some(("w", secret)) => Some(Cookie::Display(secret.to_owned())),
        _ => None,
    }
}

pub(super) fn value<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .find_map(|pair| pair.trim().strip_prefix(name)?.strip_prefix('='))
}

fn unlock_name(settings: &Settings) -> &'static str {
    if settings.is_secure() { "__Host-headroom-unlocked" } else { "headroom-unlocked" }
}

/// The cookie that a right PIN earns. It ends with the browser, and on our side after [`UNLOCKED`]. A PIN opens the one
/// place it was chosen for; proofs for `others` that were given before stay in the cookie.
///
/// # Errors
/// A fault of the hashing library.
pub fn unlock(
    headers: &HeaderMap,
    settings: &Settings,
    keys: &Keys,
    device: &DeviceRow,
    others: &[&DeviceRow],
    now: DateTime<Utc>,
) -> Result<HeaderValue, AppError> {
    let until = (now + UNLOCKED).timestamp().to_string();
    let proof = secrets::derived(keys, Purpose::Unlock, &parts(device, &device.id.to_string(), &until))?;
    let fresh = format!("{until}.{proof}");
    let kept = proofs(headers, settings).filter(|proof| {
        let of_another = |other: &&DeviceRow| other.secret_hash != device.secret_hash && opens(proof, keys, other, now);
        others.iter().any(of_another)
    });
    let all: Vec<&str> = kept.take(MOST_PLACES - 1).chain(Some(fresh.as_str())).collect();
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
    keys: &Keys,
    device: &DeviceRow,
    now: DateTime<Utc>,
) -> bool {
    proofs(headers, settings).any(|proof| opens(proof, keys, device, now))
}

/// Ids of devices are made by clients and mean something within a practice only: a proof is of the practice and of the
/// device's own secret.
fn parts<'a>(device: &'a DeviceRow, id: &'a str, until: &'a str) -> [&'a str; 4] {
    [device.practice.as_str(), id, &device.secret_hash, until]
}

/// What right PINs have earned, as sent.
fn proofs<'a>(headers: &'a HeaderMap, settings: &Settings) -> impl Iterator<Item = &'a str> {
    value(headers, unlock_name(settings)).into_iter().flat_map(|value| value.split('~').take(MOST_PLACES))
}

fn opens(proof: &str, keys: &Keys, device: &DeviceRow, now: DateTime<Utc>) -> bool {
    let id = device.id.to_string();
    proof.split_once('.').is_some_and(|(until, proof)| {
        until.parse::<i64>().is_ok_and(|until| until > now.timestamp())
            && secrets::is_derived(keys, Purpose::Unlock, &parts(device, &id, until), proof)
    })
}

/// Sets the cookie for `seconds`.
pub fn set(settings: &Settings, cookie: &Cookie, seconds: i64) -> Option<HeaderValue> {
    let value = match cookie {
        Cookie::Session(secret) => format!("s.{secret}"),
        Cookie::Device(secrets) => format!("d.{}", secrets.join(".")),
        Cookie::Display(secret) => format!("w.{secret}"),
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
    use entity::ids::{ClinicianId, DeviceId};
    use uuid::Uuid;

    use super::*;
    use crate::config::Options;

    fn device(practice: &str, secret_hash: &str) -> DeviceRow {
        let now: DateTime<Utc> = "2026-11-20T08:00:00Z".parse().unwrap();
        DeviceRow {
            practice: practice.parse().unwrap(),
            id: DeviceId(Uuid::now_v7()),
            clinician: ClinicianId(Uuid::now_v7()),
            secret_hash: secret_hash.to_owned(),
            enrolled_at: now,
            expires_at: now,
            last_seen_at: now,
            pin_hash: None,
            revoked_at: None,
        }
    }

    #[test]
    fn a_device_is_unlocked_for_twelve_hours_and_no_other_device_is() {
        let settings = Settings::resolve(Options::default()).unwrap();
        let now: DateTime<Utc> = "2026-11-20T08:00:00Z".parse().unwrap();
        let mine = device("Z90001", "a");
        let none = HeaderMap::new();
        let keys = |byte| Keys::new(&[byte; 32], &[]);
        let cookie = unlock(&none, &settings, &keys(1), &mine, &[], now).unwrap();
        let pair = cookie.to_str().unwrap().split(';').next().unwrap().to_owned();
        assert!(!cookie.to_str().unwrap().contains("Max-Age"));
        let headers = |pair: &str| {
            HeaderMap::from_iter([(header::COOKIE, HeaderValue::from_str(&format!("headroom=d.x; {pair}")).unwrap())])
        };
        let open =
            |pair: &str, key, device: &DeviceRow, at| is_unlocked(&headers(pair), &settings, &keys(key), device, at);
        assert!(open(&pair, 1, &mine, now));
        assert!(!open(&pair, 1, &mine, now + UNLOCKED));
        assert!(!open(&pair, 2, &mine, now));
        // Another device; the same id at another practice, or with a secret of its own.
        for other in [
            device("Z90001", "a"),
            DeviceRow { practice: "Z90002".parse().unwrap(), ..mine.clone() },
            DeviceRow { secret_hash: "b".to_owned(), ..mine.clone() },
        ] {
            assert!(!open(&pair, 1, &other, now), "{other:?}");
        }
        let later = pair.replace("=1", "=2");
        assert!(!open(&later, 1, &mine, now));
        assert_eq!(read(&headers(&pair), &settings), Some(Cookie::Device(vec!["x".to_owned()])));
    }

    #[test]
    fn each_place_is_unlocked_on_its_own_and_stays_so_when_another_is() {
        let settings = Settings::resolve(Options::default()).unwrap();
        let now: DateTime<Utc> = "2026-11-20T08:00:00Z".parse().unwrap();
        let keys = Keys::new(&[1; 32], &[]);
        let ids: Vec<DeviceRow> = (0..4).map(|n| device("Z90001", &n.to_string())).collect();
        let mut headers = HeaderMap::new();
        for (n, id) in ids.iter().enumerate() {
            // The first is no place of this device any more when the last is unlocked.
            let others: Vec<&DeviceRow> = ids[n.saturating_sub(2)..n].iter().collect();
            let at = now + Duration::minutes(n.try_into().unwrap());
            let cookie = unlock(&headers, &settings, &keys, id, &others, at).unwrap();
            headers = HeaderMap::from_iter([(header::COOKIE, cookie)]);
        }
        let open = |at: DateTime<Utc>| -> Vec<bool> {
            ids.iter().map(|id| is_unlocked(&headers, &settings, &keys, id, at)).collect()
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
        let device = |secrets: &[&str]| Some(Cookie::Device(secrets.iter().map(|&one| one.to_owned()).collect()));
        assert_eq!(held("headroom=d.a.b"), device(&["a", "b"]));
        assert_eq!(held("headroom=d.a..b.c.d"), device(&["a", "b", "c"]));
        assert_eq!(held("headroom=d."), device(&[]));
        let both = device(&["a", "b"]).unwrap();
        let cookie = set(&settings, &both, 60).unwrap();
        assert!(cookie.to_str().unwrap().starts_with("headroom=d.a.b;"));
    }
}
