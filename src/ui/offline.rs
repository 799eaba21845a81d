//! The page that stands in where a page cannot be had: an empty frame that `headroom.js` fills from what this browser
//! knows. It holds nothing about anybody, so a service worker may keep it.

use maud::{Markup, html};

use super::{
    layout::{self, NavItem, Page, Said, SignedIn},
    parts,
    sections::Section,
};
use crate::href;

/// The whole page: the header, the navigation and the footer of a clinician's page, around `content`. Whose it is, where
/// its links lead and how tall its header was are filled in.
pub fn page(demo: bool, (title, current): (&str, Section), content: Markup) -> Markup {
    let sections = [Section::MyDay, Section::Transfers, Section::MyWeeks, Section::Practice];
    layout::page(&Page {
        title,
        place: Some("\u{a0}"),
        nav: sections.map(|section| NavItem::of(href!("/offline"), section, current)).into(),
        demo,
        signed_in: SignedIn::Device,
        sign_out_below: Some("Sign out this device"),
        said: Said::Below,
        content,
        ..Page::default()
    })
}

/// What stands there while nothing is known: about somebody's day, or at all.
pub fn unknown() -> Markup {
    html! {
        div data-unknown {
            (parts::heading("No connection"))
            p { "Headroom comes back by itself when the connection returns." }
            p data-locked hidden { "This device asks for its PIN then. What you tapped is kept, and sent once it is unlocked." }
            div .hr-refused data-refused role="alert" hidden {}
        }
    }
}
