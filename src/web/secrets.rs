//! Random secrets: shown once, stored as a hash.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

use crate::{
    config::{Keys, Master, Purpose},
    error::AppError,
};

/// 256 random bits as text for a cookie or a link.
pub fn fresh() -> String {
    URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>())
}

/// What the database keeps. The secret has full entropy, so a plain digest is enough.
pub fn hash(secret: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(secret.as_bytes()))
}

/// A secret that only this service can make from these parts, and makes again from the same: a repeated request gets
/// the answer of the first. The parts name the practice, and the device's own secret where it is about a device; the purpose
/// has a key of its own.
///
/// # Errors
/// A fault of the hashing library.
pub fn derived(keys: &Keys, purpose: Purpose, parts: &[&str]) -> Result<String, AppError> {
    by(keys.newest(), purpose, parts)
}

/// The same, of the master key that made the one with this hash: a link keeps its address when the master is replaced.
/// Nothing where no key of ours made it.
///
/// # Errors
/// A fault of the hashing library.
pub fn derived_before(keys: &Keys, purpose: Purpose, parts: &[&str], stored: &str) -> Result<Option<String>, AppError> {
    for master in keys.all() {
        let secret = by(master, purpose, parts)?;
        if hash(&secret) == stored {
            return Ok(Some(secret));
        }
    }
    Ok(None)
}

/// Whether `secret` is what [`derived`] makes from these parts, with any of the keys; takes the same time wherever they
/// differ.
pub fn is_derived(keys: &Keys, purpose: Purpose, parts: &[&str], secret: &str) -> bool {
    let Ok(bytes) = URL_SAFE_NO_PAD.decode(secret) else {
        return false;
    };
    keys.all().any(|master| mac(master, purpose, parts).is_ok_and(|mac| mac.verify_slice(&bytes).is_ok()))
}

fn by(master: &Master, purpose: Purpose, parts: &[&str]) -> Result<String, AppError> {
    let mac = mac(master, purpose, parts)?;
    Ok(URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes()))
}

/// Each part is preceded by its length, so that no two lists of parts read the same.
fn mac(master: &Master, purpose: Purpose, parts: &[&str]) -> Result<Hmac<Sha256>, AppError> {
    let mut mac =
        Hmac::<Sha256>::new_from_slice(&master.key(purpose)?).map_err(|error| AppError::Fault(error.to_string()))?;
    for part in parts {
        mac.update(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        mac.update(part.as_bytes());
    }
    Ok(mac)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_derived_is_known_again_and_nothing_else_is() {
        let keys = Keys::new(&[7; 32], &[]);
        let known = |keys: &Keys, purpose, parts: &[&str], text: &str| is_derived(keys, purpose, parts, text);
        let secret = derived(&keys, Purpose::Unlock, &["a", "1"]).unwrap();
        assert!(known(&keys, Purpose::Unlock, &["a", "1"], &secret));
        for parts in [&["a1", ""][..], &["a", "2"], &["a"]] {
            assert!(!known(&keys, Purpose::Unlock, parts, &secret), "{parts:?}");
        }
        assert!(!known(&keys, Purpose::Display, &["a", "1"], &secret));
        for text in ["", "!", &secret[1..]] {
            assert!(!known(&keys, Purpose::Unlock, &["a", "1"], text));
        }
        assert_ne!(fresh(), fresh());
    }

    #[test]
    fn an_older_master_opens_what_it_made_until_it_is_removed() {
        let (old, new) = (Keys::new(&[7; 32], &[]), Keys::new(&[8; 32], &[]));
        let both = Keys::new(&[8; 32], &[[7; 32]]);
        let parts = ["Z90001", "a"];
        let secret = derived(&old, Purpose::AnswerWeek, &parts).unwrap();
        assert!(is_derived(&both, Purpose::AnswerWeek, &parts, &secret));
        assert!(!is_derived(&new, Purpose::AnswerWeek, &parts, &secret));
        let again = |keys| derived_before(keys, Purpose::AnswerWeek, &parts, &hash(&secret)).unwrap();
        assert_eq!(again(&both), Some(secret.clone()));
        assert_eq!(again(&new), None);
        assert_ne!(derived(&both, Purpose::AnswerWeek, &parts).unwrap(), secret);
    }
}
