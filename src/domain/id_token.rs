//! What an ID token has to say before anybody is let in by it (OpenID Connect Core 1.0, 3.1.3.7). Its signature is looked at
//! elsewhere; what stands in it is held to this.

use serde::Deserialize;

/// How far two clocks may differ, in seconds.
const LEEWAY: i64 = 60;
/// How old a token may be that was asked for a moment ago, in seconds: a sign-in lasts no longer.
const OLDEST: i64 = 600;
/// The longest name of somebody, as the standard has it (section 2).
const LONGEST_SUBJECT: usize = 255;

/// One text, or several: providers write either.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum Texts {
    /// One.
    One(String),
    /// Several.
    Several(Vec<String>),
}

impl Default for Texts {
    fn default() -> Self {
        Self::Several(Vec::new())
    }
}

impl Texts {
    fn all(&self) -> &[String] {
        match self {
            Self::One(one) => std::slice::from_ref(one),
            Self::Several(all) => all,
        }
    }
}

/// The claims that are read. What else a provider says of somebody is left where it is.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct IdClaims {
    /// Who vouches.
    pub iss: String,
    /// What they call whoever signed in.
    pub sub: String,
    /// For whom.
    pub aud: Texts,
    /// For which of several.
    #[serde(default)]
    pub azp: Option<String>,
    /// Until when.
    pub exp: i64,
    /// Since when.
    pub iat: i64,
    /// What was sent along.
    #[serde(default)]
    pub nonce: Option<String>,
    /// How surely.
    #[serde(default)]
    pub acr: Option<String>,
    /// By what means.
    #[serde(default)]
    pub amr: Texts,
}

/// What they are held to.
#[derive(Debug, Clone, Copy)]
pub struct ClaimsAwaited<'a> {
    /// Who was asked.
    pub issuer: &'a str,
    /// As whom.
    pub client: &'a str,
    /// What was sent along.
    pub nonce: &'a str,
    /// The time in seconds.
    pub now: i64,
}

/// Why a token lets nobody in. For the log: none of them repeats what stands in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// Another issuer.
    #[error("it is of another issuer")]
    Issuer,
    /// Another service.
    #[error("it is for another client")]
    Audience,
    /// Another sign-in.
    #[error("it answers another request")]
    Nonce,
    /// Too old.
    #[error("it has expired, or is too old")]
    Old,
    /// Not yet.
    #[error("it is of the future: does one of the two clocks go wrong?")]
    Future,
    /// Nobody, or a name that cannot be one.
    #[error("it names nobody")]
    Subject,
}

/// Holds claims to what is awaited.
///
/// # Errors
/// The first that is wrong.
pub fn check(claims: &IdClaims, awaited: ClaimsAwaited<'_>) -> Result<(), Unfit> {
    let ClaimsAwaited { issuer, client, nonce, now } = awaited;
    if claims.iss != issuer {
        return Err(Unfit::Issuer);
    }
    let audience = claims.aud.all();
    let is_ours = audience.iter().any(|one| one == client);
    // One that is for several says for which of them it was made.
    let named = claims.azp.as_deref();
    if !is_ours || named.is_some_and(|party| party != client) || (audience.len() > 1 && named.is_none()) {
        return Err(Unfit::Audience);
    }
    if claims.nonce.as_deref() != Some(nonce) {
        return Err(Unfit::Nonce);
    }
    if claims.exp <= now.saturating_sub(LEEWAY) || claims.iat < now.saturating_sub(OLDEST) {
        return Err(Unfit::Old);
    }
    if claims.iat > now.saturating_add(LEEWAY) {
        return Err(Unfit::Future);
    }
    let is_name = !claims.sub.is_empty() && claims.sub.len() <= LONGEST_SUBJECT && !claims.sub.contains('\0');
    if is_name { Ok(()) } else { Err(Unfit::Subject) }
}

/// Whether one of the values that count as a second factor stands in `acr` or `amr`. Where none counts, none does.
pub fn has_second_factor(claims: &IdClaims, counts: &[String]) -> bool {
    let said = claims.acr.iter().chain(claims.amr.all());
    said.into_iter().any(|value| counts.contains(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_700_000_000;

    fn good() -> IdClaims {
        IdClaims {
            iss: "https://provider.example".to_owned(),
            sub: "12345".to_owned(),
            aud: Texts::One("headroom".to_owned()),
            azp: None,
            exp: NOW + 300,
            iat: NOW - 5,
            nonce: Some("n".to_owned()),
            acr: None,
            amr: Texts::default(),
        }
    }

    fn checked(claims: &IdClaims) -> Result<(), Unfit> {
        let awaited = ClaimsAwaited { issuer: "https://provider.example", client: "headroom", nonce: "n", now: NOW };
        check(claims, awaited)
    }

    fn several(all: &[&str]) -> Texts {
        Texts::Several(all.iter().map(|one| (*one).to_owned()).collect())
    }

    #[test]
    fn what_was_asked_for_is_taken() {
        let client = Some("headroom".to_owned());
        for fine in [
            good(),
            IdClaims { aud: several(&["headroom"]), ..good() },
            IdClaims { aud: several(&["other", "headroom"]), azp: client.clone(), ..good() },
            IdClaims { azp: client, ..good() },
            // Clocks differ.
            IdClaims { exp: NOW - 59, ..good() },
            IdClaims { iat: NOW + 60, ..good() },
        ] {
            assert_eq!(checked(&fine), Ok(()), "{fine:?}");
        }
    }

    #[test]
    fn what_was_made_for_somebody_else_or_another_time_is_refused() {
        let other = || Some("other".to_owned());
        for (claims, why) in [
            (IdClaims { iss: "https://provider.example/".to_owned(), ..good() }, Unfit::Issuer),
            (IdClaims { aud: Texts::One("other".to_owned()), ..good() }, Unfit::Audience),
            (IdClaims { aud: Texts::default(), ..good() }, Unfit::Audience),
            (IdClaims { aud: several(&["other", "headroom"]), ..good() }, Unfit::Audience),
            (IdClaims { aud: several(&["other", "headroom"]), azp: other(), ..good() }, Unfit::Audience),
            (IdClaims { azp: other(), ..good() }, Unfit::Audience),
            (IdClaims { nonce: other(), ..good() }, Unfit::Nonce),
            (IdClaims { nonce: None, ..good() }, Unfit::Nonce),
            (IdClaims { exp: NOW - 60, ..good() }, Unfit::Old),
            (IdClaims { exp: i64::MIN, ..good() }, Unfit::Old),
            (IdClaims { iat: NOW - 601, ..good() }, Unfit::Old),
            (IdClaims { iat: NOW + 61, ..good() }, Unfit::Future),
            (IdClaims { sub: String::new(), ..good() }, Unfit::Subject),
            (IdClaims { sub: "a\0".to_owned(), ..good() }, Unfit::Subject),
            (IdClaims { sub: "x".repeat(256), ..good() }, Unfit::Subject),
        ] {
            assert_eq!(checked(&claims), Err(why), "{claims:?}");
        }
    }

    #[test]
    fn a_second_factor_is_what_the_settings_name_and_nothing_else() {
        let counts = ["AAL3_ANY".to_owned(), "mfa".to_owned()];
        let acr = IdClaims { acr: Some("AAL3_ANY".to_owned()), ..good() };
        let amr = IdClaims { amr: several(&["pwd", "mfa"]), ..good() };
        let alone = IdClaims { amr: Texts::One("mfa".to_owned()), ..good() };
        for proven in [&acr, &amr, &alone] {
            assert!(has_second_factor(proven, &counts));
            assert!(!has_second_factor(proven, &[]));
        }
        for claims in [good(), IdClaims { acr: Some("aal3_any".to_owned()), amr: several(&["pwd"]), ..good() }] {
            assert!(!has_second_factor(&claims, &counts));
        }
    }

    #[test]
    fn claims_are_read_as_providers_write_them() {
        let read = |text: &str| serde_json::from_str::<IdClaims>(text);
        let text = r#"{"iss":"i","sub":"s","aud":["a"],"exp":2,"iat":1,"nonce":"n","amr":["pwd"],"email":"x@y.uk"}"#;
        assert_eq!(read(text).unwrap().amr, several(&["pwd"]));
        for wrong in [r#"{"iss":"i"}"#, r#"{"iss":"i","sub":"s","aud":"a","exp":"2","iat":1}"#] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }
}
