//! A moment as programs send it.

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Deserializer, de::Error as _};
use utoipa::ToSchema;

/// A moment with its offset, such as 2026-11-20T11:38:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ToSchema)]
pub struct Instant(pub DateTime<Utc>);

impl<'de> Deserialize<'de> for Instant {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <Cow<'de, str>>::deserialize(deserializer)?;
        let at = text.trim().parse().map(Self);
        at.map_err(|_| D::Error::custom("Write a time with its zone, such as 2026-11-20T11:38:00Z"))
    }
}
