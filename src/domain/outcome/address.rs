//! Where something can be read in public.

use std::{borrow::Cow, fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, de::Error as _};
use utoipa::ToSchema;

use crate::domain::identifier::{self, IdentifierKind};

/// An address by https, and with nothing of a patient in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(transparent)]
pub struct PublicAddress(String);

/// Why a text is no such address. It never repeats the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotAnAddress {
    /// Another scheme, or too long.
    #[error("Enter an address that begins with https://")]
    NotHttps,
    /// It could identify a patient.
    #[error("The address holds what looks like {0}")]
    PatientData(IdentifierKind),
}

impl PublicAddress {
    /// Characters.
    pub const MOST: usize = 300;
}

impl FromStr for PublicAddress {
    type Err = NotAnAddress;
    fn from_str(text: &str) -> Result<Self, NotAnAddress> {
        let text = text.trim();
        let rest = text.strip_prefix("https://").unwrap_or_default();
        // Browsers drop tabs and newlines from addresses and read a backslash as a slash.
        let plain = rest.bytes().all(|byte| byte > b' ' && byte != 0x7f && byte != b'\\');
        if rest.is_empty() || !plain || text.chars().count() > Self::MOST {
            return Err(NotAnAddress::NotHttps);
        }
        match identifier::patient_data(text).first() {
            Some(found) => Err(NotAnAddress::PatientData(found.kind)),
            None => Ok(Self(text.to_owned())),
        }
    }
}

impl fmt::Display for PublicAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for PublicAddress {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <Cow<'de, str>>::deserialize(deserializer)?;
        text.parse().map_err(D::Error::custom)
    }
}
