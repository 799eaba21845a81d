//! Web push: what is told to a browser is sealed so that the service that passes it on can read nothing of it (RFC 8291), and
//! signed so that this service knows who sends (VAPID, RFC 8292).
//!
//! Every message is padded to the same length: how long one is tells nothing either.

use aws_lc_rs::{
    aead::{AES_128_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey},
    agreement::{self, ECDH_P256, PrivateKey, UnparsedPublicKey},
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use hkdf::Hkdf;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use reqwest::Url;
use serde::Serialize;
use sha2::Sha256;

use super::webhook::{Teller, Unanswered};
use crate::{
    config::{Keys, Master, Purpose},
    error::AppError,
};

/// A point of P-256, uncompressed.
const POINT: usize = 65;
/// A browser's authentication secret.
const AUTH: usize = 16;
const SALT: usize = 16;
/// Bytes of a message before it is sealed: far from the 4,096 that any push service takes.
const PLAIN: usize = 1024;
/// Size of a record. A message is one, and shorter.
const RECORD: u32 = 4096;
/// What stands behind the text of the last record (RFC 8188).
const LAST: u8 = 2;
/// How long a signature holds; a day is the most.
const SIGNED_FOR: TimeDelta = TimeDelta::hours(12);

fn fault<E>(what: &'static str) -> impl FnOnce(E) -> AppError {
    move |_| AppError::Fault(what.to_owned())
}

/// By what a push service knows us: a pair of keys made of a master key.
pub struct ServerKey {
    kid: String,
    public: Vec<u8>,
    signing: EncodingKey,
}

impl ServerKey {
    /// The pair of a master key, always the same.
    ///
    /// # Errors
    /// A fault of the libraries.
    pub fn of(master: &Master) -> Result<Self, AppError> {
        let seed = Hkdf::<Sha256>::new(None, &master.key(Purpose::Push)?);
        // One text in four thousand million is no number below the order of the curve: the next one is.
        let (scalar, private) = (0..=u8::MAX)
            .find_map(|turn| {
                let mut scalar = [0; 32];
                seed.expand(&[turn], &mut scalar).ok()?;
                Some((scalar, PrivateKey::from_private_key(&ECDH_P256, &scalar).ok()?))
            })
            .ok_or_else(|| AppError::Fault("no key for web push".to_owned()))?;
        let public = private.compute_public_key().map_err(fault("a public key for web push"))?.as_ref().to_vec();
        let pair = EcdsaKeyPair::from_private_key_and_public_key(&ECDSA_P256_SHA256_FIXED_SIGNING, &scalar, &public)
            .map_err(fault("a pair of keys for web push"))?;
        let document = pair.to_pkcs8v1().map_err(fault("a signing key for web push"))?;
        Ok(Self { kid: master.kid().to_owned(), public, signing: EncodingKey::from_ec_der(document.as_ref()) })
    }

    /// The pair whose public half a browser was given; nothing where no master key of ours made it.
    ///
    /// # Errors
    /// A fault of the libraries.
    pub fn known_as(keys: &Keys, public: &str) -> Result<Option<Self>, AppError> {
        for master in keys.all() {
            let key = Self::of(master)?;
            if key.public() == public {
                return Ok(Some(key));
            }
        }
        Ok(None)
    }

    /// The public half, as a browser is given it.
    pub fn public(&self) -> String {
        URL_SAFE_NO_PAD.encode(&self.public)
    }

    /// What the master key is known by.
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// The header `Authorization` for an address of a push service.
    fn authorization(&self, url: &Url, contact: Option<&str>, now: DateTime<Utc>) -> Result<String, AppError> {
        let claims =
            Claims { aud: url.origin().ascii_serialization(), exp: (now + SIGNED_FOR).timestamp(), sub: contact };
        let token = encode(&Header::new(Algorithm::ES256), &claims, &self.signing);
        let token = token.map_err(|error| AppError::Fault(error.to_string()))?;
        Ok(format!("vapid t={token}, k={}", self.public()))
    }
}

/// What a signature says: to whom it speaks, until when, and whom its operator may write to.
#[derive(Serialize)]
struct Claims<'a> {
    aud: String,
    exp: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    sub: Option<&'a str>,
}

/// What a browser gives to have messages sealed for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BrowserKeys {
    public: [u8; POINT],
    auth: [u8; AUTH],
}

impl BrowserKeys {
    /// Reads both, in base64url; nothing where the key is no point of the curve.
    pub fn read(public: &str, auth: &str) -> Option<Self> {
        let bytes = |text: &str| URL_SAFE_NO_PAD.decode(text.trim_end_matches('=')).ok();
        let keys = Self { public: bytes(public)?.try_into().ok()?, auth: bytes(auth)?.try_into().ok()? };
        let own = PrivateKey::generate(&ECDH_P256).ok()?;
        agreement::agree(&own, UnparsedPublicKey::new(&ECDH_P256, &keys.public), (), |_| Ok(())).ok()?;
        Some(keys)
    }

    /// Seals a text for the browser, padded to the length of every other.
    ///
    /// # Errors
    /// A text that is too long, or a fault of the libraries.
    pub fn seal(&self, text: &[u8]) -> Result<Vec<u8>, AppError> {
        let own = PrivateKey::generate(&ECDH_P256).map_err(fault("a key of one message"))?;
        self.seal_with(text, PLAIN, &own, rand::random())
    }

    fn seal_with(&self, text: &[u8], length: usize, own: &PrivateKey, salt: [u8; SALT]) -> Result<Vec<u8>, AppError> {
        if text.len() > length {
            return Err(AppError::Fault("a message to a browser is too long".to_owned()));
        }
        let public = own.compute_public_key().map_err(fault("a public key of one message"))?;
        let public = public.as_ref();
        let (key, nonce) = self.keys(own, public, &salt)?;
        let mut sealed = text.to_vec();
        sealed.push(LAST);
        sealed.resize(length.saturating_add(1), 0);
        key.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::empty(), &mut sealed)
            .map_err(fault("a message could not be sealed"))?;
        let id_length = u8::try_from(public.len()).map_err(fault("a public key of one message"))?;
        Ok([&salt[..], &RECORD.to_be_bytes(), &[id_length], public, &sealed].concat())
    }

    /// Key and nonce of one message (RFC 8291, 3.4).
    fn keys(&self, own: &PrivateKey, public: &[u8], salt: &[u8]) -> Result<(LessSafeKey, [u8; NONCE_LEN]), AppError> {
        let agreed = agreement::agree(
            own,
            UnparsedPublicKey::new(&ECDH_P256, &self.public),
            AppError::Fault("the key of a browser".to_owned()),
            |agreed| Ok(agreed.to_vec()),
        )?;
        let shared: [u8; 32] = derived(&self.auth, &agreed, &[&b"WebPush: info\0"[..], &self.public, public].concat())?;
        let key: [u8; 16] = derived(salt, &shared, b"Content-Encoding: aes128gcm\0")?;
        let nonce = derived(salt, &shared, b"Content-Encoding: nonce\0")?;
        let key = UnboundKey::new(&AES_128_GCM, &key).map_err(fault("a key of one message"))?;
        Ok((LessSafeKey::new(key), nonce))
    }
}

fn derived<const N: usize>(salt: &[u8], secret: &[u8], info: &[u8]) -> Result<[u8; N], AppError> {
    let mut bytes = [0; N];
    Hkdf::<Sha256>::new(Some(salt), secret).expand(info, &mut bytes).map_err(fault("a key of one message"))?;
    Ok(bytes)
}

/// One attempt.
pub struct PushDelivery<'a> {
    /// Where, at the browser's push service.
    pub endpoint: &'a str,
    /// What, sealed.
    pub body: Vec<u8>,
    /// A later message with the same one takes the place of one that waits at the service.
    pub topic: &'a str,
    /// How long the service may keep it, in seconds.
    pub keep_for: i64,
    /// By what the service knows us.
    pub key: &'a ServerKey,
    /// Whom its operator may write to.
    pub contact: Option<&'a str>,
    /// When.
    pub now: DateTime<Utc>,
}

/// Makes one attempt; says the status that was answered.
///
/// # Errors
/// A fault of the libraries.
pub async fn push(teller: &Teller, delivery: PushDelivery<'_>) -> Result<Result<u16, Unanswered>, AppError> {
    let PushDelivery { endpoint, body, topic, keep_for, key, contact, now } = delivery;
    let Ok(url) = Url::parse(endpoint) else {
        return Ok(Err(Unanswered::NotReached));
    };
    let lines = [
        ("authorization", key.authorization(&url, contact, now)?),
        ("content-type", "application/octet-stream".to_owned()),
        ("content-encoding", "aes128gcm".to_owned()),
        ("ttl", keep_for.to_string()),
        // A phone that sleeps would be told when it is too late.
        ("urgency", "high".to_owned()),
        ("topic", topic.to_owned()),
    ];
    Ok(teller.post(endpoint, &lines, body).await)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(text: &str) -> Vec<u8> {
        URL_SAFE_NO_PAD.decode(text).unwrap()
    }

    const PUBLIC: &str = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";
    const AUTH_SECRET: &str = "BTBZMqHH6r4Tts7J_aSIgg";

    /// RFC 8291, appendix A.
    #[test]
    fn a_message_is_sealed_as_the_standard_seals_it() {
        let keys = BrowserKeys::read(PUBLIC, AUTH_SECRET).unwrap();
        let own =
            PrivateKey::from_private_key(&ECDH_P256, &bytes("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw")).unwrap();
        let salt = bytes("DGv6ra1nlYgDCS1FRnbzlw").try_into().unwrap();
        let text = b"When I grow up, I want to be a watermelon";
        let sealed = keys.seal_with(text, text.len(), &own, salt).unwrap();
        assert_eq!(
            URL_SAFE_NO_PAD.encode(sealed),
            "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl\
             7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
        );
    }

    #[test]
    fn every_message_is_as_long_as_every_other_and_none_is_like_another() {
        let keys = BrowserKeys::read(PUBLIC, AUTH_SECRET).unwrap();
        let short = keys.seal(b"").unwrap();
        let long = keys.seal(&[b'x'; PLAIN]).unwrap();
        assert_eq!((short.len(), long.len()), (86 + PLAIN + 17, 86 + PLAIN + 17));
        assert_ne!(short, keys.seal(b"").unwrap());
        assert!(keys.seal(&[b'x'; PLAIN + 1]).is_err());
    }

    #[test]
    fn what_no_browser_gives_is_not_taken() {
        let off_the_curve = URL_SAFE_NO_PAD.encode([&[4_u8][..], &[7; 64]].concat());
        let compressed = URL_SAFE_NO_PAD.encode([&[2_u8][..], &[7; 32]].concat());
        let infinity = URL_SAFE_NO_PAD.encode([0_u8; 65]);
        for public in ["", "x", "!", AUTH_SECRET, &off_the_curve, &compressed, &infinity] {
            assert_eq!(BrowserKeys::read(public, AUTH_SECRET), None, "{public}");
        }
        for auth in ["", "BTBZMqHH6r4Tts7J_aSI", PUBLIC, "ä"] {
            assert_eq!(BrowserKeys::read(PUBLIC, auth), None, "{auth}");
        }
        // Some browsers' libraries pad.
        assert!(BrowserKeys::read(&format!("{PUBLIC}="), &format!("{AUTH_SECRET}==")).is_some());
    }

    #[test]
    fn each_master_has_a_pair_of_its_own_and_an_older_one_is_known_while_it_lies_there() {
        let (old, new) = (Keys::new(&[1; 32], &[]), Keys::new(&[2; 32], &[]));
        let both = Keys::new(&[2; 32], &[[1; 32]]);
        let of = |keys: &Keys| ServerKey::of(keys.newest()).unwrap().public();
        assert_eq!(of(&old), of(&old));
        assert_ne!(of(&old), of(&new));
        let known = |keys: &Keys| ServerKey::known_as(keys, &of(&old)).unwrap().map(|key| key.kid().to_owned());
        assert_eq!(known(&both), Some(old.newest().kid().to_owned()));
        assert_eq!(known(&new), None);
    }
}
