//! The way to the keys of an organisation's programs.

use entity::ids::OrgCode;
use maud::{Markup, html};

use super::href::Href;
use crate::href;

/// The page of an organisation's keys.
pub fn page_of(organisation: &OrgCode) -> Href {
    href!("/organisations").seg(organisation).seg("keys")
}

/// The link to it.
pub fn link(organisation: &OrgCode) -> Markup {
    html! { p { a href=(page_of(organisation)) { "Keys for programs" } } }
}
