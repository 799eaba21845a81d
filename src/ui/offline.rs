//! The clinician's day without a connection: an empty frame that `headroom.js` fills from what this browser knows. It
//! holds nothing about anybody, so a service worker may keep it.

use maud::{Markup, html};

use super::{day, href::Href, layout, parts};
use crate::href;

/// The whole page. Its words are those of the page it stands in for.
pub fn page(demo: bool) -> Markup {
    let nowhere = href!("/offline");
    layout::bare_page(
        "No connection",
        None,
        &html! {
            header .hr-header {
                (layout::banner(demo))
                div .nhsuk-width-container .hr-header__in { a .hr-brand href="/" { i { "Head" } "room" } }
            }
            div .nhsuk-width-container {
                main .hr-main #main tabindex="-1" {
                    p .hr-notice role="status" data-notice hidden {}
                    div .hr-day data-shell { (known(&nowhere)) (unknown()) }
                }
            }
        },
    )
}

fn known(nowhere: &Href) -> Markup {
    let empty = day::Day {
        contacts: nowhere,
        date: "",
        heading: "Today",
        counted: 0,
        limit: 25,
        nearing_from: 22,
        taps: 0,
        instead: None,
        says: "",
        across: None,
    };
    html! {
        div data-known hidden {
            (day::panel(&empty, None))
            (day::plus_one(nowhere, ""))
            div #after {
                div .hr-row {
                    form method="post" action=(nowhere) data-undo { button .hr-soft type="submit" disabled { "Undo" } }
                }
            }
            (day::waiting())
        }
    }
}

fn unknown() -> Markup {
    html! {
        div data-unknown {
            (parts::heading("No connection"))
            p { "Headroom comes back by itself when the connection returns." }
            p data-locked hidden { "This device asks for its PIN then. What you tapped is kept, and sent once it is unlocked." }
            div .hr-refused data-refused role="alert" hidden {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_frame_names_nobody_and_leads_nowhere() {
        let page = page(false).into_string();
        for word in ["/practices/", "DEMO", "Dr ", "hx-get", "sign-out"] {
            assert!(!page.contains(word), "{word}");
        }
    }
}
