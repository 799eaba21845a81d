//! The organisation's own sign-in, as an OpenID provider (OpenID Connect Core 1.0, Discovery 1.0): where it is asked, by which
//! keys its answers are known, and what it says of whoever comes back. It is asked over TLS with limits of time and length,
//! at the addresses it names itself, and nothing that it redirects to is followed.

use std::sync::Arc;

use chrono::{DateTime, Duration, Utc};
use reqwest::Url;
use tokio::sync::Mutex;

use crate::{
    config::ProviderSettings,
    domain::id_token::{self, ClaimsAwaited},
    error::AppError,
};

mod discovery;
mod fault;
mod talk;
mod token;

pub use fault::ProviderFault;

use discovery::{Authentication, Discovery};
use talk::Talk;
use token::PublicKey;

/// How long what it says of itself is believed.
const KNOWN: Duration = Duration::hours(1);
/// How soon its keys are asked for again where a token names one that is not known.
const KEYS_AGAIN: Duration = Duration::minutes(1);
/// How long nobody waits for it again after it did not answer: a crowd at its door would wait one by one.
const PAUSE: Duration = Duration::seconds(5);

/// What goes along when somebody is sent there.
#[derive(Debug, Clone, Copy)]
pub struct Sent<'a> {
    /// Where they are to come back to.
    pub back: &'a str,
    /// Comes back with them.
    pub state: &'a str,
    /// Comes back in the token.
    pub nonce: &'a str,
    /// Digest of what is shown when the code is redeemed (RFC 7636).
    pub challenge: &'a str,
}

/// What somebody brought back.
#[derive(Debug, Clone, Copy)]
pub struct Brought<'a> {
    /// Where they came back to.
    pub back: &'a str,
    /// What is redeemed for a token.
    pub code: &'a str,
    /// Who says it is from them (RFC 9207).
    pub issuer: Option<&'a str>,
    /// What was sent along.
    pub nonce: &'a str,
    /// What the challenge is the digest of.
    pub verifier: &'a str,
}

/// Whom the provider vouches for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vouched {
    /// Who vouches.
    pub issuer: String,
    /// What it calls them.
    pub subject: String,
    /// Whether it says that they gave a second factor, by one of the values of the settings.
    pub has_second_factor: bool,
}

/// What was learnt of the provider, and when.
#[derive(Debug, Default)]
struct Learnt {
    discovery: Option<(DateTime<Utc>, Arc<Discovery>)>,
    keys: Option<(DateTime<Utc>, Arc<Vec<PublicKey>>)>,
    failed_at: Option<DateTime<Utc>>,
}

/// The provider.
#[derive(Debug)]
pub struct Provider {
    settings: ProviderSettings,
    talk: Talk,
    learnt: Mutex<Learnt>,
}

impl Provider {
    /// The provider of the settings. It is not asked anything yet: it may be down when the service starts.
    ///
    /// # Errors
    /// A fault of the HTTP client.
    pub fn new(settings: ProviderSettings) -> Result<Self, AppError> {
        let talk = Talk::new(settings.is_here()).map_err(|error| AppError::Fault(error.to_string()))?;
        Ok(Self { settings, talk, learnt: Mutex::default() })
    }

    /// What its button says.
    pub fn words(&self) -> &str {
        &self.settings.words
    }

    /// Who vouches.
    pub fn issuer(&self) -> &str {
        &self.settings.issuer
    }

    /// Where somebody is sent to sign in there.
    ///
    /// # Errors
    /// [`ProviderFault::Away`].
    pub async fn address(&self, sent: &Sent<'_>, now: DateTime<Utc>) -> Result<String, ProviderFault> {
        let discovery = self.discovery(now).await?;
        let mut address = discovery.authorization_endpoint.clone();
        let acr = self.acr_values(&discovery);
        let mut query = address.query_pairs_mut();
        query.extend_pairs([
            ("response_type", "code"),
            ("scope", "openid"),
            ("client_id", self.settings.client.as_str()),
            ("redirect_uri", sent.back),
            ("state", sent.state),
            ("nonce", sent.nonce),
            ("code_challenge", sent.challenge),
            ("code_challenge_method", "S256"),
        ]);
        if !acr.is_empty() {
            query.append_pair("acr_values", &acr);
        }
        drop(query);
        Ok(address.into())
    }

    /// Of the values that count as a second factor, those that the provider says it can be asked for.
    fn acr_values(&self, discovery: &Discovery) -> String {
        let wanted = self.settings.second_factor.iter();
        let known = wanted.filter(|value| discovery.acr_values.contains(value)).map(String::as_str);
        known.collect::<Vec<_>>().join(" ")
    }

    /// Redeems what somebody brought back for the provider's word who they are.
    ///
    /// # Errors
    /// [`ProviderFault`].
    pub async fn redeem(&self, brought: &Brought<'_>, now: DateTime<Utc>) -> Result<Vouched, ProviderFault> {
        let discovery = self.discovery(now).await?;
        let is_its = match brought.issuer {
            Some(issuer) => issuer == self.settings.issuer,
            None => !discovery.names_itself,
        };
        if !is_its {
            return Err(ProviderFault::Refused("it does not say that it is of this provider".to_owned()));
        }
        let token = self.token(&discovery, brought).await?;
        let header = token::header(&token)?;
        let keys = self.keys(&discovery, header.kid.as_deref(), now).await?;
        let claims = token::claims(&token, &header, &keys)?;
        let awaited = ClaimsAwaited {
            issuer: &self.settings.issuer,
            client: &self.settings.client,
            nonce: brought.nonce,
            now: now.timestamp(),
        };
        id_token::check(&claims, awaited).map_err(|unfit| ProviderFault::Refused(unfit.to_string()))?;
        let has_second_factor = id_token::has_second_factor(&claims, &self.settings.second_factor);
        Ok(Vouched { issuer: claims.iss, subject: claims.sub, has_second_factor })
    }

    async fn token(&self, discovery: &Discovery, brought: &Brought<'_>) -> Result<String, ProviderFault> {
        let ProviderSettings { client, secret, .. } = &self.settings;
        let mut form = vec![
            ("grant_type", "authorization_code"),
            ("code", brought.code),
            ("redirect_uri", brought.back),
            ("code_verifier", brought.verifier),
        ];
        let basic = match discovery.authentication {
            Authentication::Basic => Some((form_encoded(client), form_encoded(secret))),
            Authentication::Post => {
                form.extend([("client_id", client.as_str()), ("client_secret", secret.as_str())]);
                None
            }
        };
        self.talk.token(&discovery.token_endpoint, &form, basic).await
    }

    /// What the provider says of itself.
    async fn discovery(&self, now: DateTime<Utc>) -> Result<Arc<Discovery>, ProviderFault> {
        let mut learnt = self.learnt.lock().await;
        if let Some((at, known)) = &learnt.discovery
            && is_within(*at, now, KNOWN)
        {
            return Ok(Arc::clone(known));
        }
        if learnt.failed_at.is_some_and(|at| is_within(at, now, PAUSE)) {
            return Err(ProviderFault::Away("it did not answer a moment ago".to_owned()));
        }
        match Discovery::of(&self.talk, &self.settings).await {
            Ok(found) => {
                let found = Arc::new(found);
                *learnt =
                    Learnt { discovery: Some((now, Arc::clone(&found))), keys: learnt.keys.take(), failed_at: None };
                Ok(found)
            }
            Err(fault) => {
                learnt.failed_at = Some(now);
                Err(fault)
            }
        }
    }

    /// Its keys: those that are known, or fresh ones where they are old or a token names another, which happens when a
    /// provider takes a new one.
    async fn keys(
        &self,
        discovery: &Discovery,
        kid: Option<&str>,
        now: DateTime<Utc>,
    ) -> Result<Arc<Vec<PublicKey>>, ProviderFault> {
        let mut learnt = self.learnt.lock().await;
        if let Some((at, known)) = &learnt.keys {
            let is_there = known.iter().any(|key| key.is_named(kid));
            if is_within(*at, now, if is_there { KNOWN } else { KEYS_AGAIN }) {
                return Ok(Arc::clone(known));
            }
        }
        let fresh = Arc::new(token::keys(self.talk.get(&discovery.jwks_uri).await?)?);
        learnt.keys = Some((now, Arc::clone(&fresh)));
        Ok(fresh)
    }
}

/// Whether `at` was not longer ago; a clock that was set back makes everything old.
fn is_within(at: DateTime<Utc>, now: DateTime<Utc>, life: Duration) -> bool {
    at <= now && now - at < life
}

/// As RFC 6749 (2.3.1) wants an id and a secret before they are put into the header.
fn form_encoded(text: &str) -> String {
    let encoded = Url::parse("https://form.invalid").ok().and_then(|mut url| {
        url.query_pairs_mut().append_key_only(text);
        url.query().map(str::to_owned)
    });
    encoded.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_and_a_secret_are_encoded_like_a_form() {
        assert_eq!(form_encoded("a:b c&d=é"), "a%3Ab+c%26d%3D%C3%A9");
        assert_eq!(form_encoded("plain-id_1"), "plain-id_1");
    }

    #[test]
    fn what_is_known_gets_old_and_a_clock_that_was_set_back_makes_it_so() {
        let now: DateTime<Utc> = "2026-11-20T12:00:00Z".parse().unwrap();
        assert!(is_within(now, now, PAUSE));
        assert!(is_within(now, now + PAUSE - Duration::seconds(1), PAUSE));
        assert!(!is_within(now, now + PAUSE, PAUSE));
        assert!(!is_within(now, now - Duration::seconds(1), PAUSE));
    }
}
