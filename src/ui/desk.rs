//! What stands beside a clinical system: the small window, and keys that count. `desk.js` finds it by its attributes.

use maud::{Markup, html};

use super::href::Href;
use crate::href;

/// How the address of the small window ends, under that of the day.
pub const SMALL: &str = "small";

/// Each key and what it does. `desk.js` presses the buttons of the page for them, so they can do no more than those.
pub const KEYS: [(&str, &str); 8] = [
    ("+", "one more contact"),
    ("u", "undo the last one"),
    ("1", "the last one was in person"),
    ("2", "the last one was by telephone"),
    ("3", "the last one was online"),
    ("4", "the last one was a home visit"),
    ("5", "the last one was complex, or not"),
    ("?", "this list"),
];

/// The line under My day that leads to the small window, the keys, and the own addresses where somebody has them.
pub fn line(home: &Href, addresses: bool) -> Markup {
    html! {
        p .hr-seen {
            "At your desk: "
            a href=(home.clone().seg(SMALL)) target="headroom-small" data-small-window { "small window" }
            " beside your clinical system"
            span data-needs-js { ", " (keys_button()) }
            @if addresses { ", " a href=(home.clone().seg("addresses")) { "one-tap addresses" } }
        }
    }
}

/// Opens the list of keys.
pub fn keys_button() -> Markup {
    html! { button .hr-inline type="button" data-keys aria-haspopup="dialog" { "keys" } }
}

/// The list of keys; it opens over the page.
pub fn keys_sheet() -> Markup {
    html! {
        dialog #keys .hr-keylist aria-labelledby="keys-heading" {
            // The focus begins above, so that the list is read from its beginning.
            h2 #keys-heading .nhsuk-heading-s tabindex="-1" autofocus { "Keys" }
            p data-keys-off hidden { strong { "They are switched off in this browser." } }
            dl { @for (key, does) in KEYS { div { dt { kbd { (key) } } dd { (does) } } } }
            p .hr-small { "Not while you type in a field, and never with Ctrl, Alt or Cmd." }
            p .hr-small { a href=(href!("/account/desk")) target="_blank" { "Switch keys or signals off" } }
            form method="dialog" { button .hr-soft { "Close" } }
        }
    }
}
