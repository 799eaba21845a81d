//! What a provider says of itself (OpenID Connect Discovery 1.0, section 3), held to what is needed of it.

use reqwest::Url;
use serde::Deserialize;

use super::{fault::ProviderFault, talk::Talk};
use crate::config::ProviderSettings;

/// How we prove who we are when a code is redeemed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Authentication {
    /// In a header, as the standard has it where nothing is said.
    Basic,
    /// In the form.
    Post,
}

/// What is used of it.
#[derive(Debug)]
pub(super) struct Discovery {
    pub(super) authorization_endpoint: Url,
    pub(super) token_endpoint: Url,
    pub(super) jwks_uri: Url,
    pub(super) authentication: Authentication,
    /// What it can be asked for.
    pub(super) acr_values: Vec<String>,
    /// Whether its answers say whose they are (RFC 9207).
    pub(super) names_itself: bool,
}

/// As it is sent.
#[derive(Debug, Clone, Deserialize)]
struct Document {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    jwks_uri: String,
    #[serde(default)]
    token_endpoint_auth_methods_supported: Option<Vec<String>>,
    #[serde(default)]
    acr_values_supported: Vec<String>,
    #[serde(default)]
    authorization_response_iss_parameter_supported: bool,
}

impl Discovery {
    /// Asks the provider.
    ///
    /// # Errors
    /// [`ProviderFault::Away`].
    pub(super) async fn of(talk: &Talk, settings: &ProviderSettings) -> Result<Self, ProviderFault> {
        let from = format!("{}/.well-known/openid-configuration", settings.issuer.trim_end_matches('/'));
        let from = endpoint(&from, settings)?;
        read(talk.get(&from).await?, settings)
    }
}

fn read(document: Document, settings: &ProviderSettings) -> Result<Discovery, ProviderFault> {
    // Whoever answers there has to be who is meant (Discovery, 4.3).
    if document.issuer != settings.issuer {
        let why = "its discovery document names another issuer than the settings";
        return Err(ProviderFault::Away(why.to_owned()));
    }
    Ok(Discovery {
        authorization_endpoint: endpoint(&document.authorization_endpoint, settings)?,
        token_endpoint: endpoint(&document.token_endpoint, settings)?,
        jwks_uri: endpoint(&document.jwks_uri, settings)?,
        authentication: authentication(document.token_endpoint_auth_methods_supported.as_deref())?,
        acr_values: document.acr_values_supported,
        names_itself: document.authorization_response_iss_parameter_supported,
    })
}

/// An address over TLS, or on this machine where the provider is.
fn endpoint(text: &str, settings: &ProviderSettings) -> Result<Url, ProviderFault> {
    let url = Url::parse(text).ok().filter(|url| {
        let is_here = settings.is_here() && matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
        let is_web = url.scheme() == "https" || (url.scheme() == "http" && is_here);
        is_web && url.has_host() && url.username().is_empty() && url.password().is_none()
    });
    url.ok_or_else(|| ProviderFault::Away("its discovery document names an address that is not https".to_owned()))
}

fn authentication(offered: Option<&[String]>) -> Result<Authentication, ProviderFault> {
    let Some(offered) = offered else {
        return Ok(Authentication::Basic);
    };
    let takes = |way: &str| offered.iter().any(|one| one == way);
    if takes("client_secret_basic") {
        Ok(Authentication::Basic)
    } else if takes("client_secret_post") {
        Ok(Authentication::Post)
    } else {
        Err(ProviderFault::Away("it takes no client secret".to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::config::{Options, ProviderOptions, Settings};

    fn settings(issuer: &str) -> ProviderSettings {
        let provider = ProviderOptions {
            sign_in_issuer: Some(issuer.to_owned()),
            sign_in_client: Some("headroom".to_owned()),
            sign_in_secret: Some("hush".to_owned()),
            ..ProviderOptions::default()
        };
        let settings = Settings::resolve(Options { provider, ..Options::default() });
        settings.unwrap().provider.unwrap()
    }

    fn said(change: (&str, serde_json::Value)) -> Result<Discovery, ProviderFault> {
        let mut document = json!({
            "issuer": "https://login.example.org",
            "authorization_endpoint": "https://login.example.org/authorize?tenant=1",
            "token_endpoint": "https://login.example.org/token",
            "jwks_uri": "https://keys.example.org/keys",
        });
        document[change.0] = change.1;
        read(serde_json::from_value(document).unwrap(), &settings("https://login.example.org"))
    }

    #[test]
    fn a_provider_is_who_it_is_asked_as_and_speaks_tls() {
        assert!(said(("x", json!(1))).is_ok());
        for wrong in [
            ("issuer", json!("https://login.example.org/")),
            ("token_endpoint", json!("http://login.example.org/token")),
            ("jwks_uri", json!("http://localhost/keys")),
            ("jwks_uri", json!("file:///etc/passwd")),
            ("authorization_endpoint", json!("javascript:alert(1)")),
            ("authorization_endpoint", json!("https://login.example.org@evil.example/")),
            ("token_endpoint_auth_methods_supported", json!(["private_key_jwt"])),
        ] {
            let name = wrong.0;
            assert!(matches!(said(wrong), Err(ProviderFault::Away(_))), "{name}");
        }
        let here = settings("http://localhost:4000");
        assert!(endpoint("http://localhost:4000/token", &here).is_ok());
        assert!(endpoint("http://elsewhere.example/token", &here).is_err());
    }

    #[test]
    fn the_secret_goes_as_the_provider_takes_it() {
        let ways = |all: &[&str]| {
            let all: Vec<String> = all.iter().map(|one| (*one).to_owned()).collect();
            authentication(Some(&all)).ok()
        };
        assert_eq!(authentication(None), Ok(Authentication::Basic));
        assert_eq!(ways(&["client_secret_post", "client_secret_basic"]), Some(Authentication::Basic));
        assert_eq!(ways(&["private_key_jwt", "client_secret_post"]), Some(Authentication::Post));
        assert_eq!(ways(&["none"]), None);
    }
}
