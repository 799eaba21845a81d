//! What a browser keeps for us and may neither read nor make: sealed with a key of the master's for its kind.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use crate::{
    config::{Keys, Master, Purpose},
    error::AppError,
};

/// What is sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// What somebody went to the organisation's sign-in for: a cookie.
    Errand,
    /// A challenge of a passkey: a field of a form.
    Passkey,
}

impl Kind {
    fn purpose(self) -> Purpose {
        match self {
            Self::Errand => Purpose::Errand,
            Self::Passkey => Purpose::Passkey,
        }
    }

    /// What it is bound to beside its key.
    fn bound_to(self) -> &'static [u8] {
        match self {
            Self::Errand => b"headroom errand 1",
            Self::Passkey => b"headroom passkey 1",
        }
    }

    /// Longest text that is opened.
    fn most_bytes(self) -> usize {
        match self {
            Self::Errand => 3_072,
            Self::Passkey => 131_072,
        }
    }
}

fn key(master: &Master, kind: Kind) -> Result<LessSafeKey, AppError> {
    let key = UnboundKey::new(&AES_256_GCM, &master.key(kind.purpose())?);
    key.map(LessSafeKey::new).map_err(|error| AppError::Fault(error.to_string()))
}

/// Seals a text with the newest key.
///
/// # Errors
/// A fault of the libraries.
pub fn seal(keys: &Keys, kind: Kind, mut text: Vec<u8>) -> Result<String, AppError> {
    // Random: far fewer are sealed with one key than would make two alike likely.
    let nonce: [u8; NONCE_LEN] = rand::random();
    key(keys.newest(), kind)?
        .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(kind.bound_to()), &mut text)
        .map_err(|error| AppError::Fault(error.to_string()))?;
    Ok(URL_SAFE_NO_PAD.encode([&nonce[..], &text].concat()))
}

/// Opens what any of our keys sealed; nothing for whatever else.
pub fn open(keys: &Keys, kind: Kind, sealed: &str) -> Option<Vec<u8>> {
    if sealed.len() > kind.most_bytes() {
        return None;
    }
    let bytes = URL_SAFE_NO_PAD.decode(sealed).ok()?;
    let (nonce, text) = bytes.split_first_chunk::<NONCE_LEN>()?;
    keys.all().find_map(|master| {
        let mut text = text.to_vec();
        let nonce = Nonce::assume_unique_for_key(*nonce);
        let opened = key(master, kind).ok()?.open_in_place(nonce, Aad::from(kind.bound_to()), &mut text);
        opened.ok().map(|opened| opened.to_vec())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_changed_or_made_by_others_is_nothing() {
        let keys = Keys::new(&[1; 32], &[]);
        let sealed = seal(&keys, Kind::Errand, b"somewhere".to_vec()).unwrap();
        assert_eq!(open(&keys, Kind::Errand, &sealed).as_deref(), Some(&b"somewhere"[..]));
        assert_eq!(open(&keys, Kind::Passkey, &sealed), None, "of another kind");
        assert_eq!(open(&Keys::new(&[2; 32], &[]), Kind::Errand, &sealed), None);
        assert!(open(&Keys::new(&[2; 32], &[[1; 32]]), Kind::Errand, &sealed).is_some(), "an older key opens");
        for at in [0, 20, sealed.len() - 2] {
            let mut other = sealed.as_bytes().to_vec();
            other[at] = if other[at] == b'A' { b'B' } else { b'A' };
            assert!(open(&keys, Kind::Errand, std::str::from_utf8(&other).unwrap()).is_none(), "{at}");
        }
        for other in ["", "AAAA", "!", &"A".repeat(4_000)] {
            assert!(open(&keys, Kind::Errand, other).is_none());
        }
    }
}
