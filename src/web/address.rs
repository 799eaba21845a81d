//! Where a request comes from, for counting wrong tries. Behind a proxy that is what the proxy says, and only where the
//! request came through one that is named in the settings: anybody can write the header.
//!
//! `X-Forwarded-For` is read from its right end, where proxies add what they saw. `Forwarded` is not read: of two headers a
//! proxy sets one and passes the other on as a stranger wrote it.

use std::{
    convert::Infallible,
    net::{IpAddr, Ipv6Addr, SocketAddr},
    sync::Once,
};

use axum::{
    extract::{ConnectInfo, FromRequestParts, Request},
    http::{HeaderMap, request::Parts},
};

use crate::{config::Proxies, state::AppState};

const FORWARDED_FOR: &str = "x-forwarded-for";

/// Where a request comes from; `unknown` in tests without a socket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address(pub String);

impl FromRequestParts<AppState> for Address {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Self, Infallible> {
        let Some(socket) = parts.extensions.get::<ConnectInfo<SocketAddr>>() else {
            return Ok(Self("unknown".to_owned()));
        };
        let ip = client(socket.0.ip(), &parts.headers, &app.settings.proxies);
        Ok(Self(counted(ip)))
    }
}

/// The client's address: of those that trusted proxies pass on, the rightmost that is not one of theirs.
pub fn client(peer: IpAddr, headers: &HeaderMap, proxies: &Proxies) -> IpAddr {
    let mut nearest = peer.to_canonical();
    let lines = headers.get_all(FORWARDED_FOR);
    // Several lines are one list, in order.
    let passed: Vec<&str> = lines.iter().flat_map(|line| line.to_str().unwrap_or("?").split(',')).collect();
    for hop in passed.into_iter().rev() {
        if !proxies.trusts(nearest) {
            break;
        }
        // What is no address was written by nobody we trust: the hop that passed it on is the last that is known.
        let Some(ip) = read(hop) else { break };
        nearest = ip;
    }
    nearest
}

/// One address as proxies write it: bare, with a port, in brackets.
fn read(hop: &str) -> Option<IpAddr> {
    let hop = hop.trim().trim_matches('"');
    let ip = hop.parse::<IpAddr>().ok().or_else(|| hop.parse::<SocketAddr>().ok().map(|known| known.ip())).or_else(
        || {
            let inside = hop.strip_prefix('[')?.strip_suffix(']')?;
            inside.parse::<Ipv6Addr>().ok().map(IpAddr::V6)
        },
    )?;
    Some(ip.to_canonical())
}

/// What is counted as one place: an IPv4 address, or the /64 that one household or surgery has of IPv6.
fn counted(ip: IpAddr) -> String {
    match ip {
        IpAddr::V4(ip) => ip.to_string(),
        IpAddr::V6(ip) => {
            let [a, b, c, d, ..] = ip.segments();
            format!("{}/64", Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
    }
}

/// Says once that a proxy seems to stand in front which nobody named: everybody behind it then counts as one place.
pub fn note_unnamed_proxy(request: &Request, proxies: &Proxies) {
    static SAID: Once = Once::new();
    if proxies.is_empty() && request.headers().contains_key(FORWARDED_FOR) {
        SAID.call_once(|| {
            tracing::warn!(
                "requests carry X-Forwarded-For, and no proxy is named: if one stands in front, name it with \
                 --trusted-proxies, or everybody behind it shares one count of wrong passwords"
            );
        });
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;
    use crate::config::{Options, Settings};

    fn from(peer: &str, lines: &[&'static str]) -> String {
        let settings =
            Settings::resolve(Options { trusted_proxies: Some("10.0.0.0/8,::1".to_owned()), ..Options::default() })
                .unwrap();
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(FORWARDED_FOR, HeaderValue::from_static(line));
        }
        counted(client(peer.parse().unwrap(), &headers, &settings.proxies))
    }

    #[test]
    fn the_rightmost_address_that_is_no_proxy_counts() {
        for (peer, lines, counted) in [
            // A stranger's own header is nothing.
            ("198.51.100.1", &["203.0.113.9"][..], "198.51.100.1"),
            ("10.0.0.1", &["203.0.113.9"], "203.0.113.9"),
            ("10.0.0.1", &["6.6.6.6, 203.0.113.9"], "203.0.113.9"),
            ("10.0.0.1", &["203.0.113.9, 10.0.0.7"], "203.0.113.9"),
            // Several lines are one list.
            ("10.0.0.1", &["6.6.6.6", "203.0.113.9", "10.0.0.7"], "203.0.113.9"),
            ("10.0.0.1", &["203.0.113.9:4711"], "203.0.113.9"),
            ("10.0.0.1", &["\"[2001:db8:1:2:3::4]:80\""], "2001:db8:1:2::/64"),
            ("::1", &["[2001:db8:1:2::9]"], "2001:db8:1:2::/64"),
            ("::ffff:10.0.0.1", &["::ffff:203.0.113.9"], "203.0.113.9"),
            // What is no address ends the walk at the last hop that is known.
            ("10.0.0.1", &["203.0.113.9, unknown"], "10.0.0.1"),
            ("10.0.0.1", &["203.0.113.9, junk, 10.0.0.7"], "10.0.0.7"),
            ("10.0.0.1", &["203.0.113.9, , 10.0.0.7"], "10.0.0.7"),
            ("10.0.0.1", &[""], "10.0.0.1"),
            ("10.0.0.1", &[], "10.0.0.1"),
            // All are proxies: the first of them asks for itself.
            ("10.0.0.1", &["10.0.0.3, 10.0.0.2"], "10.0.0.3"),
        ] {
            assert_eq!(from(peer, lines), counted, "{peer} {lines:?}");
        }
    }
}
