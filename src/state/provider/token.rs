//! Whether an ID token was signed with a key of the provider. Only by algorithms of two keys: of one key, the public one
//! would be the secret, and `none` is no signature.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode};
use serde::Deserialize;
use serde_json::Value;

use super::fault::ProviderFault;
use crate::domain::id_token::IdClaims;

/// The longest token that is looked at: Entra writes groups into them.
const MOST_BYTES: usize = 32 * 1024;
/// The most keys of a provider that are kept.
const MOST_KEYS: usize = 64;

/// The header of a token, as far as it is read.
#[derive(Debug, Deserialize)]
pub(super) struct Header {
    alg: String,
    pub(super) kid: Option<String>,
    /// What must be understood (RFC 7515, 4.1.11): nothing is.
    crit: Option<Value>,
}

/// A public key (RFC 7517), as far as it is used.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct PublicKey {
    kty: String,
    kid: Option<String>,
    #[serde(rename = "use")]
    used_for: Option<String>,
    alg: Option<String>,
    crv: Option<String>,
    n: Option<String>,
    e: Option<String>,
    x: Option<String>,
    y: Option<String>,
}

/// Keys as they are sent.
#[derive(Debug, Deserialize)]
pub(super) struct KeySet {
    keys: Vec<Value>,
}

fn refused(why: &str) -> ProviderFault {
    ProviderFault::Refused(why.to_owned())
}

/// The keys of a set that can be one of ours; what is of another kind is left out.
///
/// # Errors
/// [`ProviderFault::Away`] where there is none.
pub(super) fn keys(set: KeySet) -> Result<Vec<PublicKey>, ProviderFault> {
    let read = set.keys.into_iter().take(MOST_KEYS).filter_map(|key| serde_json::from_value::<PublicKey>(key).ok());
    let keys: Vec<PublicKey> = read.collect();
    if keys.is_empty() { Err(ProviderFault::Away("it has no keys".to_owned())) } else { Ok(keys) }
}

impl PublicKey {
    /// Whether a token that names this key, or none, may be signed with it.
    pub(super) fn is_named(&self, kid: Option<&str>) -> bool {
        kid.is_none_or(|kid| self.kid.as_deref() == Some(kid))
    }

    /// The key, where it is one of this algorithm.
    fn of(&self, alg: Algorithm, name: &str) -> Option<DecodingKey> {
        let signs = self.used_for.as_deref().is_none_or(|used| used == "sig");
        let is_of = self.alg.as_deref().is_none_or(|own| own == name);
        if !signs || !is_of {
            return None;
        }
        match (self.kty.as_str(), self.crv.as_deref(), alg) {
            ("EC", Some("P-256"), Algorithm::ES256) | ("EC", Some("P-384"), Algorithm::ES384) => {
                DecodingKey::from_ec_components(self.x.as_deref()?, self.y.as_deref()?).ok()
            }
            ("RSA", _, alg) if !matches!(alg, Algorithm::ES256 | Algorithm::ES384) => {
                DecodingKey::from_rsa_components(self.n.as_deref()?, self.e.as_deref()?).ok()
            }
            _ => None,
        }
    }
}

/// Reads the header.
///
/// # Errors
/// [`ProviderFault::Refused`] where there is none, or it asks for what is not understood.
pub(super) fn header(token: &str) -> Result<Header, ProviderFault> {
    if token.len() > MOST_BYTES {
        return Err(refused("the token is too long"));
    }
    let header = token.split_once('.').and_then(|(header, _)| URL_SAFE_NO_PAD.decode(header).ok());
    let header = header.and_then(|header| serde_json::from_slice::<Header>(&header).ok());
    let header = header.ok_or_else(|| refused("it is no token"))?;
    if header.crit.is_some() { Err(refused("the token asks for what is not understood")) } else { Ok(header) }
}

/// The algorithms that are taken.
fn algorithm(name: &str) -> Option<Algorithm> {
    Some(match name {
        "RS256" => Algorithm::RS256,
        "RS384" => Algorithm::RS384,
        "RS512" => Algorithm::RS512,
        "PS256" => Algorithm::PS256,
        "PS384" => Algorithm::PS384,
        "PS512" => Algorithm::PS512,
        "ES256" => Algorithm::ES256,
        "ES384" => Algorithm::ES384,
        _ => return None,
    })
}

/// The claims of a token that was signed with one of these keys. What they say is not looked at here, nor is the time.
///
/// # Errors
/// [`ProviderFault::Refused`].
pub(super) fn claims(token: &str, header: &Header, keys: &[PublicKey]) -> Result<IdClaims, ProviderFault> {
    let alg = algorithm(&header.alg).ok_or_else(|| refused("it is signed by an algorithm that is not taken"))?;
    let mut validation = Validation::new(alg);
    // The clock is ours, and audience and issuer are held to the settings by the domain.
    (validation.validate_exp, validation.validate_aud) = (false, false);
    validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
    let named = keys.iter().filter(|key| key.is_named(header.kid.as_deref()));
    let keys: Vec<DecodingKey> = named.filter_map(|key| key.of(alg, &header.alg)).collect();
    if keys.is_empty() {
        return Err(refused("it is signed with a key that the provider does not have"));
    }
    let read = keys.iter().find_map(|key| decode::<IdClaims>(token, key, &validation).ok());
    read.map(|read| read.claims).ok_or_else(|| refused("its signature or its claims are not right"))
}
