//! API tokens: HS256, ten minutes, bound to a session that is looked up on every request. `kid` names the master key, so
//! that one can be replaced while tokens of the other still work.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, Duration, Utc};
use entity::ids::{PersonId, SessionId};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};
use serde::{Deserialize, Serialize};

use crate::{
    config::{Keys, Master, Purpose},
    error::AppError,
};

/// How long a token lives.
pub const LIFE: Duration = Duration::minutes(10);
/// Longest text that is even looked at.
const MOST_BYTES: usize = 2_048;
const ISSUER: &str = "headroom";
const AUDIENCE: &str = "headroom-api";
const TYPE: &str = "at+jwt";

/// What a token says. Unknown claims are refused, so that nobody relies on one that is not checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Claims {
    iss: String,
    aud: String,
    sub: PersonId,
    sid: SessionId,
    iat: i64,
    exp: i64,
}

impl Claims {
    /// The session behind it.
    pub fn session(&self) -> SessionId {
        self.sid
    }
    /// The person behind it.
    pub fn person(&self) -> PersonId {
        self.sub
    }
}

/// Signs a token for a session with the newest key.
///
/// # Errors
/// A fault of the signing library.
pub fn sign(keys: &Keys, person: PersonId, session: SessionId, now: DateTime<Utc>) -> Result<String, AppError> {
    let mut header = Header::new(Algorithm::HS256);
    header.typ = Some(TYPE.to_owned());
    header.kid = Some(keys.newest().kid().to_owned());
    let claims = Claims {
        iss: ISSUER.to_owned(),
        aud: AUDIENCE.to_owned(),
        sub: person,
        sid: session,
        iat: now.timestamp(),
        exp: (now + LIFE).timestamp(),
    };
    let key = keys.newest().key(Purpose::Token)?;
    encode(&header, &claims, &EncodingKey::from_secret(&key)).map_err(|error| AppError::Fault(error.to_string()))
}

/// The header of a token of ours: these three and nothing else. What a library does not know of a header it ignores, and
/// RFC 7515 wants `crit` understood or the token refused.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Ours {
    alg: String,
    typ: String,
    kid: String,
}

/// The key that a token of ours names.
fn named<'k>(keys: &'k Keys, token: &str) -> Option<&'k Master> {
    let (header, _) = token.split_once('.')?;
    let header = URL_SAFE_NO_PAD.decode(header).ok()?;
    let header: Ours = serde_json::from_slice(&header).ok()?;
    let plain = header.alg == "HS256" && header.typ == TYPE;
    keys.named(&header.kid).filter(|_| plain)
}

/// Reads a token; nothing where anything about it is not exactly ours. The time comes from our clock, so the library's
/// own check of `exp` is off and repeated here.
pub fn read(keys: &Keys, token: &str, now: DateTime<Utc>) -> Option<Claims> {
    if token.len() > MOST_BYTES {
        return None;
    }
    let key = named(keys, token)?.key(Purpose::Token).ok()?;
    let mut validation = Validation::new(Algorithm::HS256);
    validation.set_issuer(&[ISSUER]);
    validation.set_audience(&[AUDIENCE]);
    validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
    validation.validate_exp = false;
    let data = decode::<Claims>(token, &DecodingKey::from_secret(&key), &validation).ok()?;
    let seconds = now.timestamp();
    let in_time = data.claims.iat <= seconds + 60
        && data.claims.exp > seconds
        && data.claims.exp - data.claims.iat == LIFE.num_seconds();
    in_time.then_some(data.claims)
}

#[cfg(test)]
mod tests {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as B64};
    use serde_json::{Value, json};
    use uuid::Uuid;

    use super::*;

    fn keys() -> Keys {
        Keys::new(&[9; 32], &[])
    }

    /// What signs; a forger may know it from a leak.
    fn key() -> [u8; 32] {
        keys().newest().key(Purpose::Token).unwrap()
    }

    fn now() -> DateTime<Utc> {
        "2026-11-20T12:00:00Z".parse().unwrap()
    }

    fn good() -> Value {
        json!({
            "iss": "headroom", "aud": "headroom-api", "sub": Uuid::from_u128(7), "sid": Uuid::from_u128(7),
            "iat": now().timestamp(), "exp": now().timestamp() + 600,
        })
    }

    fn forge(header: &Value, claims: &Value, key: &[u8]) -> String {
        sealed(&header.to_string(), &claims.to_string(), key)
    }

    /// Signed as it stands.
    fn sealed(header: &str, claims: &str, key: &[u8]) -> String {
        use hmac::{Hmac, KeyInit, Mac};
        let body = format!("{}.{}", B64.encode(header), B64.encode(claims));
        let mut mac = Hmac::<sha2::Sha256>::new_from_slice(key).unwrap();
        mac.update(body.as_bytes());
        format!("{body}.{}", B64.encode(mac.finalize().into_bytes()))
    }

    fn with(claim: &str, value: Value) -> Value {
        let mut claims = good();
        claims[claim] = value;
        claims
    }

    fn without(claim: &str) -> Value {
        let mut claims = good();
        claims.as_object_mut().unwrap().remove(claim);
        claims
    }

    #[test]
    fn our_own_token_is_read_until_it_ends() {
        let token = sign(&keys(), PersonId(Uuid::from_u128(7)), SessionId(Uuid::from_u128(7)), now()).unwrap();
        assert!(read(&keys(), &token, now()).is_some());
        assert!(read(&keys(), &token, now() + Duration::seconds(599)).is_some());
        assert!(read(&keys(), &token, now() + Duration::seconds(600)).is_none());
        assert!(read(&Keys::new(&[8; 32], &[]), &token, now()).is_none());
        // After the key was replaced, while the old one still lies beside it; and once it is removed.
        assert!(read(&Keys::new(&[8; 32], &[[9; 32]]), &token, now()).is_some());
    }

    fn header() -> Value {
        json!({"alg": "HS256", "typ": "at+jwt", "kid": keys().newest().kid()})
    }

    fn with_header(name: &str, value: Value) -> Value {
        let mut header = header();
        header[name] = value;
        header
    }

    fn refused(token: &str) -> bool {
        read(&keys(), token, now()).is_none()
    }

    #[test]
    fn claims_that_are_not_exactly_ours_are_refused() {
        assert!(!refused(&forge(&header(), &good(), &key())), "the forge makes good tokens too");
        let at = now().timestamp();
        let claims = [
            with("iss", json!("someone")),
            with("iss", json!(["headroom"])),
            without("iss"),
            with("aud", json!("other")),
            with("aud", json!(["headroom-api", "other"])),
            without("aud"),
            with("exp", json!((at + 600).to_string())),
            with("exp", json!(1e300)),
            with("exp", json!(-1)),
            with("exp", json!(at - 1)),
            with("exp", json!(at + 601)),
            with("exp", json!(at + 86_400)),
            without("exp"),
            with("exp", Value::Null),
            with("iat", json!(at + 3_600)),
            without("iat"),
            without("sub"),
            without("sid"),
            with("sub", json!("admin")),
            with("nbf", json!(at + 60)),
            with("nbf", json!("soon")),
            with("role", json!("administrator")),
            with("jti", json!("x")),
        ];
        for claims in &claims {
            assert!(refused(&forge(&header(), claims, &key())), "{claims}");
        }
    }

    #[test]
    fn headers_that_are_not_exactly_ours_are_refused() {
        let mut headers = vec![
            with_header("alg", json!("none")),
            with_header("alg", json!("HS512")),
            with_header("alg", json!("RS256")),
            with_header("alg", json!(["HS256"])),
            with_header("typ", json!("JWT")),
            with_header("typ", json!("AT+JWT")),
            with_header("kid", json!("../../../../dev/null")),
            with_header("kid", json!("")),
            with_header("kid", json!(0)),
            with_header("kid", json!(Keys::new(&[8; 32], &[]).newest().kid())),
            with_header("crit", json!(["x"])),
            with_header("crit", json!([])),
            with_header("b64", json!(false)),
            with_header("x5c", json!(["MII"])),
            with_header("x5t", json!("aaaa")),
            with_header("x5u", json!("https://elsewhere.example/c")),
            with_header("jku", json!("https://elsewhere.example/keys")),
            with_header("jwk", json!({"kty": "oct", "k": "AAAA"})),
            with_header("cty", json!("JWT")),
            with_header("zip", json!("DEF")),
            with_header("enc", json!("A256GCM")),
            with_header("anything", Value::Null),
            json!([]),
            json!("HS256"),
        ];
        for name in ["alg", "typ", "kid"] {
            let mut without = header();
            without.as_object_mut().unwrap().remove(name);
            headers.push(without);
        }
        for header in &headers {
            assert!(refused(&forge(header, &good(), &key())), "{header}");
        }
    }

    #[test]
    fn forms_that_are_not_exactly_ours_are_refused() {
        let token = forge(&header(), &good(), &key());
        // Twice the same name: readers differ in which one they take.
        let kid = keys().newest().kid().to_owned();
        let twice = format!(r#"{{"alg":"none","alg":"HS256","typ":"at+jwt","kid":"{kid}"}}"#);
        let twice = sealed(&twice, &good().to_string(), &key());
        let admin = good().to_string().replacen('{', r#"{"sub":"admin","#, 1);
        let admin = sealed(&header().to_string(), &admin, &key());
        let unsigned = format!("{}.", token.rsplit_once('.').unwrap().0);
        let huge = forge(&header(), &with("iss", json!("x".repeat(1_000_000))), &key());
        for token in [
            unsigned.as_str(),
            huge.as_str(),
            &twice,
            &admin,
            &format!("{token}="),
            &format!("{token}.x"),
            &format!(" {token}"),
            "",
            "a.b.c",
            "..",
            &token[1..],
        ] {
            assert!(refused(token));
        }
    }
}
