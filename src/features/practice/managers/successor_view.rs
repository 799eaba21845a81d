//! The page of a practice that closed.

use entity::ids::{LocalDate, OdsCode};
use maud::{Markup, html};

use crate::{
    href,
    ui::{
        form::{self, Button},
        href::Href,
        parts,
        sections::Section,
        sheet::Sheet,
    },
};

/// The practice that took over.
#[derive(Debug)]
pub(super) struct There {
    pub(super) code: OdsCode,
    pub(super) name: String,
    /// Whether whoever looks manages it.
    pub(super) manages: bool,
    /// Whether those who manage it are asked.
    pub(super) is_asked: bool,
    /// Labels of clinicians who are not there.
    pub(super) missing: Vec<String>,
}

/// A practice that closed, or may.
#[derive(Debug)]
pub(super) struct Closed<'a> {
    pub(super) practice: &'a OdsCode,
    /// From which day; nothing while it is open.
    pub(super) on: Option<LocalDate>,
    pub(super) there: Option<&'a There>,
}

/// The page.
pub(super) fn page(page: &Closed<'_>) -> Sheet {
    let Some(on) = page.on else {
        return Sheet::new(Section::People, "This practice is open").content(html! {
            p { "NHS England’s data do not say that it closed. Once they do, those who manage it follow from here to the practice that takes over." }
        });
    };
    Sheet::new(Section::People, "This practice closed").content(html! {
        (parts::lede(&html! {
            "NHS England’s data say that it closed on " (on.written())
            @if let Some(there) = page.there { " and that " (there.name) " (" (there.code) ") took over." }
            @else { ", and name no practice that took over." }
        }))
        @if let Some(there) = page.there {
            (parts::panel("Who manages it", &managers(page.practice, there)))
            @if there.manages { (parts::panel("Clinicians", &clinicians(page.practice, there))) }
        }
        (parts::panel("What was recorded", &html! {
            p { "It stays under the code of this practice, and those who manage it go on reading it. Nothing is moved: days, notices and letters were this practice’s." }
            p { a href=(at(page.practice).seg("everything")) { "Download everything" } }
        }))
    })
}

fn at(practice: &OdsCode) -> Href {
    href!("/practices").seg(practice)
}

fn managers(practice: &OdsCode, there: &There) -> Markup {
    html! {
        @if there.manages {
            p { "You manage " (there.name) " too. " a href=(at(&there.code)) { "Go there" } }
        } @else if there.is_asked {
            p { "Those who manage " (there.name) " are asked whether you may manage it too." }
        } @else {
            p { "Where nobody manages " (there.name) " in Headroom yet, those who manage this practice do so at once. Where somebody does, they are asked." }
            form method="post" action=(at(practice).seg("successor")) {
                (form::button(Button::Primary, &format!("Follow to {}", there.name)))
            }
        }
    }
}

fn clinicians(practice: &OdsCode, there: &There) -> Markup {
    html! {
        @if there.missing.is_empty() {
            p { "Everyone who consults here is on the list of " (there.name) " too, by label." }
        } @else {
            p { "Not on the list of " (there.name) ": " (there.missing.join(", ")) "." }
            form method="post" action=(at(practice).seg("successor").seg("clinicians")) {
                (form::button(Button::Secondary, "Add them there"))
            }
        }
        p .hr-small { "Each phone is then given a link of " (there.name) ": a sheet of them is printed under its People. It may count for both." }
    }
}
