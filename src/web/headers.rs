//! Headers of every answer: a strict content policy, no sniffing, no framing, nothing kept by shared caches.

use axum::{
    http::{HeaderName, HeaderValue, header},
    response::Response,
};

use crate::config::Settings;

/// Everything comes from this host; nothing inline, nothing evaluated.
pub const CONTENT_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
     connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// The same for a page that shows one of ours in a window of its own: [`in_our_frames`].
pub const FRAMING_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
     connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; \
     frame-ancestors 'none'; frame-src 'self'";
/// The same for a page that only a window of ours may show.
pub const FRAMED_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
     connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'self'";

/// For a year, whoever came over TLS comes over TLS. Only of this host: what else lives under its name is not ours to say.
const ONLY_TLS: &str = "max-age=31536000";

/// A page whose window may show another of ours.
pub fn framing_ours(mut response: Response) -> Response {
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(FRAMING_POLICY));
    response
}

/// A page that a window of ours may show. No other site's may.
pub fn in_our_frames(mut response: Response) -> Response {
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(FRAMED_POLICY));
    response
}

/// Adds the headers; what a handler set itself stays.
pub fn add(settings: &Settings, mut response: Response) -> Response {
    let headers = response.headers_mut();
    if settings.is_secure() {
        headers.entry(header::STRICT_TRANSPORT_SECURITY).or_insert(HeaderValue::from_static(ONLY_TLS));
    }
    let fixed: [(HeaderName, &'static str); 7] = [
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        (header::CONTENT_SECURITY_POLICY, CONTENT_POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "same-origin"),
        (header::CACHE_CONTROL, "no-store"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=()"),
    ];
    for (name, value) in fixed {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    response
}
