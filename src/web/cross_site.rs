//! Requests that another site may have caused are refused.
//!
//! A browser says where a request comes from in `Sec-Fetch-Site`, an old one at least in `Origin`. A request with a
//! cookie and neither was not made by a browser we know. A token in a header is sent on purpose and needs neither.

use axum::{
    extract::Request,
    http::{HeaderMap, Method, header},
};

/// Whether it is neither safe nor from one of our pages nor without cookies.
pub fn is_suspect(request: &Request, public_url: &str) -> bool {
    let safe = matches!(
        *request.method(),
        Method::GET | Method::HEAD | Method::OPTIONS
    );
    !safe && !is_ours(request.headers(), public_url)
}

fn is_ours(headers: &HeaderMap, public_url: &str) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(site) = text("sec-fetch-site") {
        return matches!(site, "same-origin" | "none");
    }
    if let Some(origin) = text("origin") {
        let host = text("host").unwrap_or_default();
        let same_host = origin
            .split_once("://")
            .is_some_and(|(_, origin)| origin == host);
        return origin == public_url || same_host;
    }
    !headers.contains_key(header::COOKIE)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Headers of a request, and whether one of our own pages may have sent it.
    const CASES: [(&str, bool); 10] = [
        ("cookie: headroom=s.x | sec-fetch-site: same-origin", true),
        ("cookie: headroom=s.x | sec-fetch-site: none", true),
        ("cookie: headroom=s.x | sec-fetch-site: same-site", false),
        ("cookie: headroom=s.x | sec-fetch-site: cross-site", false),
        (
            "cookie: headroom=s.x | origin: http://localhost:8025 | host: localhost:8025",
            true,
        ),
        (
            "cookie: headroom=s.x | origin: https://elsewhere.example | host: localhost:8025",
            false,
        ),
        (
            "cookie: headroom=s.x | origin: null | host: localhost:8025",
            false,
        ),
        ("cookie: headroom=s.x", false),
        ("authorization: Bearer x", true),
        (
            "authorization: Bearer x | sec-fetch-site: cross-site",
            false,
        ),
    ];

    #[test]
    fn only_our_own_pages_may_post_with_a_cookie() {
        for (lines, ours) in CASES {
            let headers = lines
                .split(" | ")
                .filter_map(|line| line.split_once(": "))
                .map(|(name, value)| {
                    (
                        name.parse::<header::HeaderName>().unwrap(),
                        value.parse().unwrap(),
                    )
                })
                .collect();
            assert_eq!(is_ours(&headers, "http://localhost:8025"), ours, "{lines}");
        }
    }
}
