//! HTTP with the provider: so long and no longer, so much and no more, and nowhere else than asked.

use std::{error::Error, time::Duration};

use reqwest::{Client, Response, Url, header, redirect::Policy};
use serde::{Deserialize, de::DeserializeOwned};

use super::fault::ProviderFault;

/// How long a connection may take to stand.
const CONNECT: Duration = Duration::from_secs(5);
/// How long a whole answer may take.
const ANSWER: Duration = Duration::from_secs(10);
/// The longest answer that is read. Entra's keys are 15 kB.
const MOST_BYTES: usize = 256 * 1024;

/// What the provider answers to a code.
#[derive(Debug, Deserialize)]
struct Tokens {
    id_token: Option<String>,
    error: Option<String>,
}

/// A client that speaks to the provider.
#[derive(Debug)]
pub(super) struct Talk(Client);

impl Talk {
    /// Over TLS alone, unless the provider is on this machine. No proxy is taken from the environment: what is said here
    /// goes from this host to that one.
    pub(super) fn new(is_here: bool) -> Result<Self, reqwest::Error> {
        let client = Client::builder()
            .user_agent(concat!("headroom/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(CONNECT)
            .timeout(ANSWER)
            .redirect(Policy::none())
            .no_proxy()
            .https_only(!is_here)
            .build()?;
        Ok(Self(client))
    }

    /// A document.
    pub(super) async fn get<T: DeserializeOwned>(&self, from: &Url) -> Result<T, ProviderFault> {
        let asked = self.0.get(from.clone()).header(header::ACCEPT, "application/json");
        let answer = asked.send().await.map_err(|error| away(&error))?;
        let status = answer.status();
        if !status.is_success() {
            return Err(ProviderFault::Away(format!("{} answers {status}", from.path())));
        }
        let body = body(answer).await?;
        serde_json::from_slice(&body)
            .map_err(|_| ProviderFault::Away(format!("{} is not the document it should be", from.path())))
    }

    /// The ID token for a code.
    pub(super) async fn token(
        &self,
        from: &Url,
        form: &[(&str, &str)],
        basic: Option<(String, String)>,
    ) -> Result<String, ProviderFault> {
        let mut asked = self.0.post(from.clone()).header(header::ACCEPT, "application/json").form(form);
        if let Some((client, secret)) = basic {
            asked = asked.basic_auth(client, Some(secret));
        }
        let answer = asked.send().await.map_err(|error| away(&error))?;
        let status = answer.status();
        let body = body(answer).await?;
        let tokens = serde_json::from_slice::<Tokens>(&body);
        let error = tokens.as_ref().ok().and_then(|tokens| tokens.error.as_deref());
        match (tokens.as_ref().ok().and_then(|tokens| tokens.id_token.clone()), error) {
            (Some(token), None) if status.is_success() => Ok(token),
            // A code that was used, is too old, or was made for another request.
            (_, Some("invalid_grant")) => {
                Err(ProviderFault::Refused("the code is not good, or not any more".to_owned()))
            }
            (_, Some("invalid_client" | "unauthorized_client")) => {
                Err(ProviderFault::Away("it does not know this client id and secret: look at the settings".to_owned()))
            }
            (_, error) => Err(ProviderFault::Away(format!(
                "it answers {status} to a code ({})",
                error.map_or("no reason", plain)
            ))),
        }
    }
}

/// A code of RFC 6749 (5.2), for the log; anything else is not repeated.
fn plain(error: &str) -> &str {
    let is_code = error.len() <= 40 && error.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    if is_code { error } else { "for a reason of its own" }
}

async fn body(mut answer: Response) -> Result<Vec<u8>, ProviderFault> {
    let mut body = Vec::new();
    while let Some(part) = answer.chunk().await.map_err(|error| away(&error))? {
        if body.len().saturating_add(part.len()) > MOST_BYTES {
            return Err(ProviderFault::Away("its answer is too long".to_owned()));
        }
        body.extend_from_slice(&part);
    }
    Ok(body)
}

/// An error with its first cause; never the address, in which a code might stand.
fn away(error: &reqwest::Error) -> ProviderFault {
    let what = if error.is_timeout() { "it does not answer in time" } else { "it cannot be reached" };
    let mut cause: Option<&dyn Error> = error.source();
    while let Some(deeper) = cause.and_then(Error::source) {
        cause = Some(deeper);
    }
    ProviderFault::Away(cause.map_or_else(|| what.to_owned(), |why| format!("{what} ({why})")))
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn only_a_code_is_repeated() {
        assert_eq!(plain("server_error"), "server_error");
        for other in ["Dr Smith", "x@example.org", &"a".repeat(41)] {
            assert_eq!(plain(other), "for a reason of its own");
        }
    }
}
