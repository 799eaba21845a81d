//! Random secrets: shown once, stored as a hash.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

use crate::error::AppError;

/// 256 random bits as text for a cookie or a link.
pub fn fresh() -> String {
    URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>())
}

/// What the database keeps. The secret has full entropy, so a plain digest is enough.
pub fn hash(secret: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(secret.as_bytes()))
}

/// A secret that only this service can make from these parts, and makes again from the same: a repeated request gets
/// the answer of the first.
///
/// # Errors
/// A fault of the hashing library.
pub fn derived(key: &[u8; 32], parts: &[&str]) -> Result<String, AppError> {
    Ok(URL_SAFE_NO_PAD.encode(mac(key, parts)?.finalize().into_bytes()))
}

/// Whether `secret` is what [`derived`] makes from these parts; takes the same time wherever they differ.
pub fn is_derived(key: &[u8; 32], parts: &[&str], secret: &str) -> bool {
    let Ok(bytes) = URL_SAFE_NO_PAD.decode(secret) else {
        return false;
    };
    mac(key, parts).is_ok_and(|mac| mac.verify_slice(&bytes).is_ok())
}

/// Each part is preceded by its length, so that no two lists of parts read the same.
fn mac(key: &[u8; 32], parts: &[&str]) -> Result<Hmac<Sha256>, AppError> {
    let mut mac =
        Hmac::<Sha256>::new_from_slice(key).map_err(|error| AppError::Fault(error.to_string()))?;
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
        let key = [7; 32];
        let secret = derived(&key, &["unlock", "a", "1"]).unwrap();
        assert!(is_derived(&key, &["unlock", "a", "1"], &secret));
        for parts in [
            &["unlock", "a1", ""][..],
            &["unlock", "a", "2"],
            &["unlock", "a"],
        ] {
            assert!(!is_derived(&key, parts, &secret), "{parts:?}");
        }
        assert!(!is_derived(&[8; 32], &["unlock", "a", "1"], &secret));
        for text in ["", "!", &secret[1..]] {
            assert!(!is_derived(&key, &["unlock", "a", "1"], text));
        }
        assert_ne!(fresh(), fresh());
    }
}
