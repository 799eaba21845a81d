//! The way to the keys of an organisation's programs, and to what a practice's programs are told.

use entity::ids::{OdsCode, OrgCode};
use maud::{Markup, html};

use super::href::Href;
use crate::href;

/// The page of an organisation's keys.
pub fn page_of(organisation: &OrgCode) -> Href {
    href!("/organisations").seg(organisation).seg("keys")
}

/// The page of a practice's webhooks.
pub fn webhooks_of(practice: &OdsCode) -> Href {
    href!("/practices").seg(practice).seg("webhooks")
}

/// The link to an organisation's keys.
pub fn link(organisation: &OrgCode) -> Markup {
    html! { p { a href=(page_of(organisation)) { "Keys for programs" } } }
}

/// The link to a practice's webhooks.
pub fn link_to_webhooks(practice: &OdsCode) -> Markup {
    html! { p { a href=(webhooks_of(practice)) { "Webhooks" } } }
}
