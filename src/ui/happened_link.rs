//! The way to what happened in an organisation.

use entity::ids::OrgCode;
use maud::{Markup, html};

use super::href::Href;
use crate::href;

/// The page of what happened in an organisation.
pub fn page_of(organisation: &OrgCode) -> Href {
    href!("/organisations").seg(organisation).seg("happened")
}

/// The link to it.
pub fn link(organisation: &OrgCode) -> Markup {
    html! { p { a href=(page_of(organisation)) { "What happened here" } } }
}
