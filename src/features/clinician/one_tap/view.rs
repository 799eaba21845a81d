//! A clinician's own secret addresses, as markup.

use maud::{Markup, html};
use serde::Deserialize;
use uuid::Uuid;

use crate::{
    domain::{access::ClinicianScope, calendar},
    error::FieldError,
    href,
    operations::make_tap_address::MOST_ADDRESSES,
    store::tap_addresses::TapAddressRow,
    ui::{
        day,
        form::{self, Button, Field, Width},
        href::Href,
        parts::{self, small},
        sections::Section,
        sheet::Sheet,
        table::{table, words},
    },
};

/// Longest name of an address.
pub(super) const LONGEST_NAME: usize = 40;

/// What was made a moment ago.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Made {
    Nothing,
    /// An address, which is shown this once.
    Address(String),
    /// The form was sent again: nobody has the address any more but whoever was shown it.
    Before,
}

/// What was typed into the form.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Typed {
    #[serde(default)]
    pub(super) id: String,
    #[serde(default)]
    pub(super) name: String,
}

/// The page.
#[derive(Debug)]
pub(super) struct Addresses<'a> {
    pub(super) scope: &'a ClinicianScope,
    pub(super) held: &'a [TapAddressRow],
    pub(super) made: &'a Made,
    pub(super) typed: &'a Typed,
    pub(super) errors: &'a [FieldError],
}

pub(super) fn page_of(scope: &ClinicianScope) -> Href {
    day::home(scope).seg("addresses")
}

pub(super) fn addresses(page: &Addresses<'_>) -> Sheet {
    let again = "This address was made before and cannot be shown again. End it and make another if nobody copied it.";
    let again = (*page.made == Made::Before).then_some(again);
    let sheet = Sheet::new(Section::MyDay, "One-tap addresses").back(&day::home(page.scope), "My day");
    sheet.errors(page.errors).done(again).content(html! {
        (parts::lede(&html! { "A secret address counts one contact each time something sends to it: a key on your desk, a watch, a phone shortcut." }))
        @if let Made::Address(url) = page.made { (parts::panel("Your new address", &fresh(url))) }
        (parts::panel("Your addresses", &list(page)))
        (parts::panel("Make an address", &make(page)))
        p { a href=(href!("/help/desk")) { "How to use it with a Stream Deck, an iPhone or a tag" } }
    })
}

fn fresh(url: &str) -> Markup {
    let says = "Copy it now. It is shown only this once, and is not kept here. Whoever has it can count for you and see what you have left today.";
    html! {
        (parts::fresh_link("new-address", says, url))
        p { "Send a " strong { "POST" } " to it. Opened in a browser it shows a button and counts nothing by itself." }
        p { "For a kind, put it at the end: " code .hr-code { "?kind=telephone" } ", " code .hr-code { "online" } ", " code .hr-code { "visit" } "." }
    }
}

fn list(page: &Addresses<'_>) -> Markup {
    if page.held.is_empty() {
        return html! { p { "None yet." } };
    }
    let rows: Vec<Vec<Markup>> = page.held.iter().map(|address| row(page, address)).collect();
    html! {
        (table("Your addresses, the oldest first", &[words("For"), words("Last used"), words("")], &rows))
        p { (small("An address ends with the device on which you made it: when that is signed out, revoked, or its 90 days are over. Your practice manager can end it too.")) }
    }
}

fn row(page: &Addresses<'_>, address: &TapAddressRow) -> Vec<Markup> {
    vec![
        html! {
            (address.name) br;
            (small(&format!("made {}", calendar::london_day(address.created_at).short())))
        },
        html! { @match address.last_used_at { Some(at) => (calendar::london(at)), None => "Never" } },
        html! {
            form method="post" action=(page_of(page.scope).seg(address.id).seg("end")) {
                (form::small_button("End", &address.name))
            }
        },
    ]
}

fn make(page: &Addresses<'_>) -> Markup {
    let id = if page.typed.id.is_empty() { Uuid::now_v7().to_string() } else { page.typed.id.clone() };
    let name = Field::new("name", "What it is for")
        .hint("For example Stream Deck")
        .value(&page.typed.name)
        .maxlength(LONGEST_NAME)
        .autocomplete("off")
        .width(Width::Twenty)
        .errors(page.errors);
    let kind = if *page.made == Made::Nothing { Button::Primary } else { Button::Secondary };
    html! {
        form method="post" action=(page_of(page.scope)) novalidate {
            (form::hidden("id", &id))
            (form::text(&name))
            (form::button(kind, "Make an address"))
        }
        p { (small(&format!("At most {MOST_ADDRESSES} at a time. Each counts at this practice only."))) }
    }
}
