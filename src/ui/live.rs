//! Pages that stay true by themselves: one stream a page, and fragments fetched again when it names an event.
//!
//! Events carry names, never data: each fragment is fetched again, so authorisation runs again. The htmx extension
//! dispatches a named event on the element that connects, which is why that element has the one id [`REGION`]. What
//! htmx 4.0.1 does that this allows for:
//! - a first connection that fails is not tried again by the extension: `every 60s` asks for it (a no-op while one is open);
//! - answers of 4xx and 5xx are swapped by default: a fragment that cannot be fetched must keep what it shows, while
//!   `headroom.js` says that it is no longer live;
//! - an event that comes while a fragment is being fetched waits at the element that asked. Were the answer to take that
//!   element's place, what waits would be fetched for nobody and a change lost for a minute: the answer is morphed in;
//! - after a pause (a hidden tab, a lost connection) `headroom.js` dispatches `resync`, and every fragment listens to it.

use entity::ids::OdsCode;
use maud::{Markup, html};

use super::href::Href;
use crate::href;

/// The id of the element that holds the stream; there is one a page.
pub const REGION: &str = "live";

/// Headers of a request that nobody asked for: a page that is left open must not keep its reader signed in. Not inherited,
/// so what stands in a fragment, such as a form, is somebody's own doing.
pub const QUIET: &str = r#"{"headroom-quiet":"1"}"#;

/// The stream of a practice's pages.
pub fn of_practice(practice: &OdsCode) -> Href {
    href!("/live/practices").seg(practice)
}

/// Where a page says that it is no longer live. The clinician's day says it in a place of its own.
pub fn state() -> Markup {
    html! { p .hr-live role="status" data-live-state hidden {} }
}

/// The part of the page that a stream keeps true. Without JavaScript it is a plain `div`.
pub fn live_region(url: &Href, content: &Markup) -> Markup {
    html! {
        div #(REGION) hx-sse:connect=(url) hx-headers=(QUIET) hx-trigger="load, every 60s" hx-swap="none" {
            (content)
        }
    }
}

/// A section that is fetched again from `get` when the stream names one of `events` (also on `resync`, and each minute).
/// The answer must be this same function's output: it replaces the section.
///
/// An event is a plain word (`a-z0-9_-`); anything else would be read as more of the trigger, and is left out.
pub fn live_fragment(id: &str, get: &Href, events: &[&str], content: &Markup) -> Markup {
    html! {
        section #(id) hx-get=(get) hx-headers=(QUIET) hx-trigger=(triggers(events)) hx-swap="outerMorph" hx-status:4xx="swap:none" hx-status:5xx="swap:none" {
            (content)
        }
    }
}

/// The value of `hx-trigger` that [`live_fragment`] uses, for fragments with a tag or attributes of their own. They send
/// [`QUIET`] too.
pub fn triggers(events: &[&str]) -> String {
    let plain = |event: &&&str| {
        !event.is_empty() && event.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-'))
    };
    let mut spec = String::new();
    for event in events.iter().filter(plain).chain(&["resync"]) {
        spec.push_str(event);
        spec.push_str(" from:#live, ");
    }
    spec.push_str("every 60s");
    spec
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_words_become_triggers() {
        assert_eq!(
            triggers(&["capacity", "x[alert(1)]", "a b", ""]),
            "capacity from:#live, resync from:#live, every 60s"
        );
    }
}
