//! API tokens: HS256, ten minutes, bound to a session that is looked up on every request.

use chrono::{DateTime, Duration, Utc};
use entity::ids::{PersonId, SessionId};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};
use serde::{Deserialize, Serialize};

use crate::error::AppError;

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

/// Signs a token for a session.
///
/// # Errors
/// A fault of the signing library.
pub fn sign(
    key: &[u8; 32],
    person: PersonId,
    session: SessionId,
    now: DateTime<Utc>,
) -> Result<String, AppError> {
    let mut header = Header::new(Algorithm::HS256);
    header.typ = Some(TYPE.to_owned());
    let claims = Claims {
        iss: ISSUER.to_owned(),
        aud: AUDIENCE.to_owned(),
        sub: person,
        sid: session,
        iat: now.timestamp(),
        exp: (now + LIFE).timestamp(),
    };
    encode(&header, &claims, &EncodingKey::from_secret(key))
        .map_err(|error| AppError::Fault(error.to_string()))
}

/// Reads a token; nothing where anything about it is not exactly ours. The time comes from our clock, so the library's
/// own check of `exp` is off and repeated here.
pub fn read(key: &[u8; 32], token: &str, now: DateTime<Utc>) -> Option<Claims> {
    if token.len() > MOST_BYTES {
        return None;
    }
    let mut validation = Validation::new(Algorithm::HS256);
    validation.set_issuer(&[ISSUER]);
    validation.set_audience(&[AUDIENCE]);
    validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
    validation.validate_exp = false;
    let data = decode::<Claims>(token, &DecodingKey::from_secret(key), &validation).ok()?;
    let header = &data.header;
    let plain = header.typ.as_deref() == Some(TYPE)
        && header.kid.is_none()
        && header.jku.is_none()
        && header.jwk.is_none()
        && header.x5u.is_none();
    let seconds = now.timestamp();
    let in_time = data.claims.iat <= seconds + 60
        && data.claims.exp > seconds
        && data.claims.exp - data.claims.iat == LIFE.num_seconds();
    (plain && in_time).then_some(data.claims)
}

#[cfg(test)]
mod tests {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as B64};
    use serde_json::{Value, json};
    use uuid::Uuid;

    use super::*;

    const KEY: [u8; 32] = [9; 32];

    fn now() -> DateTime<Utc> {
        "2026-11-20T12:00:00Z".parse().unwrap()
    }

    fn good() -> Value {
        json!({
            "iss": "headroom", "aud": "headroom-api", "sub": Uuid::nil(), "sid": Uuid::nil(),
            "iat": now().timestamp(), "exp": now().timestamp() + 600,
        })
    }

    fn forge(header: &Value, claims: &Value, key: &[u8]) -> String {
        use hmac::{Hmac, KeyInit, Mac};
        let body = format!(
            "{}.{}",
            B64.encode(header.to_string()),
            B64.encode(claims.to_string())
        );
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
        let token = sign(&KEY, PersonId(Uuid::nil()), SessionId(Uuid::nil()), now()).unwrap();
        assert!(read(&KEY, &token, now()).is_some());
        assert!(read(&KEY, &token, now() + Duration::seconds(599)).is_some());
        assert!(read(&KEY, &token, now() + Duration::seconds(600)).is_none());
        assert!(read(&[8; 32], &token, now()).is_none());
    }

    fn header() -> Value {
        json!({"alg": "HS256", "typ": "at+jwt"})
    }

    fn refused(token: &str) -> bool {
        read(&KEY, token, now()).is_none()
    }

    #[test]
    fn claims_that_are_not_exactly_ours_are_refused() {
        assert!(
            !refused(&forge(&header(), &good(), &KEY)),
            "the forge makes good tokens too"
        );
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
        ];
        for claims in &claims {
            assert!(refused(&forge(&header(), claims, &KEY)), "{claims}");
        }
    }

    #[test]
    fn headers_and_forms_that_are_not_exactly_ours_are_refused() {
        let headers = [
            json!({"alg": "none", "typ": "at+jwt"}),
            json!({"alg": "HS512", "typ": "at+jwt"}),
            json!({"alg": "RS256", "typ": "at+jwt"}),
            json!({"alg": "HS256", "typ": "JWT"}),
            json!({"alg": "HS256"}),
            json!({"alg": "HS256", "typ": "at+jwt", "kid": "../../../../dev/null"}),
            json!({"alg": "HS256", "typ": "at+jwt", "jku": "https://elsewhere.example/keys"}),
        ];
        for header in &headers {
            assert!(refused(&forge(header, &good(), &KEY)), "{header}");
        }
        let token = forge(&header(), &good(), &KEY);
        let unsigned = format!("{}.", token.rsplit_once('.').unwrap().0);
        let huge = forge(&header(), &with("iss", json!("x".repeat(1_000_000))), &KEY);
        for token in [
            unsigned.as_str(),
            huge.as_str(),
            "",
            "a.b.c",
            "..",
            &token[1..],
        ] {
            assert!(refused(token));
        }
    }
}
