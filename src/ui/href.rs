//! Addresses that may stand in an attribute: a path of this site, or another site by https.
//!
//! maud escapes for HTML, not for addresses: `javascript:` passes it untouched. So components take [`Href`], never text.

use std::{borrow::Cow, fmt};

/// An address that starts with `/` (and not with `//`, another host) or with `https://`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Href(Cow<'static, str>);

/// Why a text is not an [`Href`]. It does not repeat the text, which may be hostile.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a path of this site and not an https address")]
pub struct NotAnHref;

/// An address known when compiling, checked then: `href!("/who-sees-what")`.
#[macro_export]
macro_rules! href {
    ($text:literal) => {
        const { $crate::ui::href::Href::checked($text) }
    };
}

impl Href {
    /// For [`href!`] only, which runs it while compiling: a bad literal does not build.
    #[doc(hidden)]
    pub const fn checked(text: &'static str) -> Self {
        assert!(allowed(text.as_bytes()), "not an address: see Href");
        Self(Cow::Borrowed(text))
    }

    /// Checks an address that came from data.
    pub fn new(text: impl Into<String>) -> Result<Self, NotAnHref> {
        let text = text.into();
        if allowed(text.as_bytes()) { Ok(Self(Cow::Owned(text))) } else { Err(NotAnHref) }
    }

    /// Adds one segment of a path, percent-encoded whatever it holds: it can neither leave the path nor start a query.
    #[must_use]
    pub fn seg(self, segment: impl fmt::Display) -> Self {
        let mut text = self.0.into_owned();
        if !text.ends_with('/') {
            text.push('/');
        }
        encode(&segment.to_string(), &mut text);
        Self(Cow::Owned(text))
    }

    /// Adds one key and value to the query, percent-encoded.
    #[must_use]
    pub fn query(self, key: &str, value: impl fmt::Display) -> Self {
        let mut text = self.0.into_owned();
        text.push(if text.contains('?') { '&' } else { '?' });
        encode(key, &mut text);
        text.push('=');
        encode(&value.to_string(), &mut text);
        Self(Cow::Owned(text))
    }

    /// The address as it stands in the attribute, before HTML escaping.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A draft for the reader's mail program, to nobody yet.
pub(crate) fn mail(subject: &str, body: &str) -> String {
    let mut text = String::from("mailto:?subject=");
    encode(subject, &mut text);
    text.push_str("&body=");
    // Mail counts lines by both characters.
    encode(&body.replace('\n', "\r\n"), &mut text);
    text
}

impl fmt::Display for Href {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for Href {
    type Error = NotAnHref;
    fn try_from(text: String) -> Result<Self, NotAnHref> {
        Self::new(text)
    }
}

/// `const` so that [`href!`] can ask it while compiling; hence bytes and loops.
const fn allowed(text: &[u8]) -> bool {
    let mut at = 0;
    while at < text.len() {
        // Browsers drop tabs and newlines from addresses and read a backslash as a slash: none of them may be here.
        if text[at] <= b' ' || text[at] == 0x7f || text[at] == b'\\' {
            return false;
        }
        at += 1;
    }
    let own = !text.is_empty() && text[0] == b'/' && !(text.len() > 1 && text[1] == b'/');
    own || starts_with(text, b"https://")
}

const fn starts_with(text: &[u8], prefix: &[u8]) -> bool {
    if text.len() <= prefix.len() {
        return false;
    }
    let mut at = 0;
    while at < prefix.len() {
        if text[at] != prefix[at] {
            return false;
        }
        at += 1;
    }
    true
}

/// Everything but the unreserved characters of RFC 3986. A segment of dots alone would be a step up the path.
fn encode(text: &str, into: &mut String) {
    let dots = matches!(text, "." | "..");
    for byte in text.bytes() {
        match byte {
            b'.' if dots => into.push_str("%2E"),
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                into.push(char::from(byte));
            }
            _ => {
                const HEX: &[u8; 16] = b"0123456789ABCDEF";
                into.push('%');
                into.push(char::from(HEX[usize::from(byte >> 4)]));
                into.push(char::from(HEX[usize::from(byte & 15)]));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_own_paths_and_https_are_addresses() {
        for good in ["/", "/a?b=c#d", "https://example.org/x"] {
            assert!(Href::new(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "javascript:alert(1)",
            "//evil.example",
            "/\\evil.example",
            "http://example.org",
            "https://",
            "a/b",
            "/a\nb",
            "\t/a",
            "data:text/html,x",
            "JAVASCRIPT:1",
            " /a",
            "/a b",
        ] {
            assert_eq!(Href::new(bad), Err(NotAnHref), "{bad:?}");
        }
    }

    #[test]
    fn segments_and_queries_cannot_escape() {
        let built = href!("/practices").seg("../x?y#z").seg("..").query("q", "a&b=c \"<é");
        assert_eq!(built.as_str(), "/practices/..%2Fx%3Fy%23z/%2E%2E?q=a%26b%3Dc%20%22%3C%C3%A9");
        assert_eq!(href!("/a").query("x", 1).query("y", 2).as_str(), "/a?x=1&y=2");
    }
}
