//! Requests that another site may have caused are refused.
//!
//! A browser says where a request comes from in `Sec-Fetch-Site`, an old one at least in `Origin`. A request with a
//! cookie and neither was not made by a browser we know. A token in a header is sent on purpose and needs neither.

use axum::{
    extract::Request,
    http::{HeaderMap, Method, Version, header},
};

/// Whether it is neither safe nor from one of our pages nor without cookies.
pub fn is_suspect(request: &Request, public_url: &str) -> bool {
    let safe = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    !safe && !is_ours(request.headers(), public_url) && !is_by_secret(request.uri().path())
}

/// Whether the address itself is the key. No cookie opens more there, so a browser that is made to ask gains nothing; the
/// companions of desk keys send from pages of their own, and a page that names no referrer sends no origin.
fn is_by_secret(path: &str) -> bool {
    path.starts_with("/tap/")
}

/// Whether a request says once which host it is for. HTTP/1.1 asks for it (RFC 9112, 3.2), and of two one reader takes the
/// first and another the second; HTTP/1.0 knows none.
pub fn has_one_host(request: &Request) -> bool {
    let mut lines = request.headers().get_all(header::HOST).iter();
    match (lines.next(), lines.next()) {
        (Some(host), None) => !host.is_empty(),
        (None, _) => {
            request.version() < Version::HTTP_11
                || (request.version() >= Version::HTTP_2 && request.uri().host().is_some())
        }
        _ => false,
    }
}

fn is_ours(headers: &HeaderMap, public_url: &str) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(site) = text("sec-fetch-site") {
        return matches!(site, "same-origin" | "none");
    }
    if let Some(origin) = text("origin") {
        let host = text("host").unwrap_or_default();
        // However the service is reached, it is by the scheme of its public address: http is another site than https.
        let scheme = public_url.split_once("://").map(|(scheme, _)| scheme);
        let same_host = origin.split_once("://").is_some_and(|(of, origin)| Some(of) == scheme && origin == host);
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
        ("cookie: headroom=s.x | origin: http://localhost:8025 | host: localhost:8025", true),
        ("cookie: headroom=s.x | origin: https://elsewhere.example | host: localhost:8025", false),
        ("cookie: headroom=s.x | origin: null | host: localhost:8025", false),
        ("cookie: headroom=s.x", false),
        ("authorization: Bearer x", true),
        ("authorization: Bearer x | sec-fetch-site: cross-site", false),
    ];

    #[test]
    fn only_our_own_pages_may_post_with_a_cookie() {
        for (lines, ours) in CASES {
            let headers = lines
                .split(" | ")
                .filter_map(|line| line.split_once(": "))
                .map(|(name, value)| (name.parse::<header::HeaderName>().unwrap(), value.parse().unwrap()))
                .collect();
            assert_eq!(is_ours(&headers, "http://localhost:8025"), ours, "{lines}");
        }
    }

    #[test]
    fn the_scheme_is_part_of_where_a_page_comes_from() {
        let ours = |origin: &str, host: &str| {
            let headers = HeaderMap::from_iter([
                (header::COOKIE, "headroom=s.x".parse().unwrap()),
                (header::ORIGIN, origin.parse().unwrap()),
                (header::HOST, host.parse().unwrap()),
            ]);
            is_ours(&headers, "https://headroom.example")
        };
        assert!(ours("https://headroom.example", "headroom.example"));
        assert!(ours("https://inside.example", "inside.example"));
        assert!(!ours("http://headroom.example", "headroom.example"));
        assert!(!ours("http://inside.example", "inside.example"));
    }

    #[test]
    fn a_request_is_for_one_host() {
        let is_fine = |version, hosts: &[&'static str]| {
            let mut request = Request::new(axum::body::Body::empty());
            *request.version_mut() = version;
            for host in hosts {
                let host = axum::http::HeaderValue::from_static(host);
                request.headers_mut().append(header::HOST, host);
            }
            has_one_host(&request)
        };
        assert!(is_fine(Version::HTTP_11, &["a"]));
        assert!(is_fine(Version::HTTP_10, &["a"]));
        assert!(is_fine(Version::HTTP_10, &[]));
        for hosts in [&[][..], &[""], &["a", "a"], &["a", "b"]] {
            assert!(!is_fine(Version::HTTP_11, hosts), "{hosts:?}");
        }
        assert!(!is_fine(Version::HTTP_10, &["a", "b"]));
    }
}
