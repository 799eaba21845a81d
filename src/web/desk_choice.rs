//! What somebody chose for the browser on their desk: whether single keys count, and whether it signals a limit. It belongs
//! to the keyboard in front of them and not to an account, so it stands in a cookie that the page's script reads too.

use axum::http::{HeaderMap, HeaderValue};

use super::cookies;
use crate::{config::Settings, error::AppError};

/// As long as browsers keep a cookie.
const KEPT: u32 = 400 * 24 * 3600;
/// The word of single keys in the cookie, which lists what is off.
const KEYS: &str = "keys";
/// That of signals.
const SIGNALS: &str = "signals";

/// What is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeskChoice {
    /// `+`, `u`, `1` to `5` and `?`, pressed alone.
    pub keys: bool,
    /// A short vibration and a badge near the limit and at it.
    pub signals: bool,
}

/// Over TLS the name binds the cookie to this host and path.
fn name(settings: &Settings) -> &'static str {
    if settings.is_secure() { "__Host-headroom-desk" } else { "headroom-desk" }
}

impl DeskChoice {
    /// Reads it; everything is on where nothing was chosen.
    pub fn read(headers: &HeaderMap, settings: &Settings) -> Self {
        let off = cookies::value(headers, name(settings)).unwrap_or_default();
        let is_on = |what| !off.split('~').any(|word| word == what);
        Self { keys: is_on(KEYS), signals: is_on(SIGNALS) }
    }

    /// The cookie that remembers it.
    ///
    /// # Errors
    /// A fault of the header's syntax, which cannot be.
    pub fn cookie(self, settings: &Settings) -> Result<HeaderValue, AppError> {
        let off = [(!self.keys).then_some(KEYS), (!self.signals).then_some(SIGNALS)];
        let off: Vec<&str> = off.into_iter().flatten().collect();
        let kept = if off.is_empty() { 0 } else { KEPT };
        let secure = if settings.is_secure() { "; Secure" } else { "" };
        let text = format!("{}={}; Path=/; Max-Age={kept}; SameSite=Strict{secure}", name(settings), off.join("~"));
        HeaderValue::from_str(&text).map_err(|error| AppError::Fault(error.to_string()))
    }
}
