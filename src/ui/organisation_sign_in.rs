//! The button that leads to the organisation's own sign-in.

use maud::{Markup, html};

use super::{
    form::{self, Button},
    href::Href,
};

/// A form of its own: beginning is a POST, which no other site can send.
pub fn organisation_sign_in(action: &Href, words: &str, fields: &Markup) -> Markup {
    html! {
        form method="post" action=(action) {
            (fields)
            (form::button(Button::Secondary, words))
        }
    }
}
