//! Enrolling a device, asking it for its PIN, and the places that it counts for: values in, markup out.

use chrono::{DateTime, Utc};
use entity::ids::DeviceId;
use maud::{Markup, html};
use uuid::Uuid;

use crate::{
    domain::{calendar, staff::StaffGroup},
    error::FieldError,
    href,
    ui::{
        form::{self, Button, Choice, Field, Width},
        href::Href,
        parts,
        sheet::Sheet,
    },
};

/// One place as the pages name it.
#[derive(Debug)]
pub(super) struct Place {
    pub(super) device: DeviceId,
    /// "Dr A · Alder Lane Surgery"; the practice alone while it waits for its PIN.
    pub(super) title: String,
    pub(super) home: Href,
    pub(super) locked: bool,
    pub(super) until: DateTime<Utc>,
}

/// What becomes of the places that a device counts for already. It is asked: a phone is one person's, and a desk in a
/// consulting room may be several people's, none of whom may see another's count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Others {
    /// The same person works there too.
    Keep,
    /// They were somebody else's.
    End,
}

impl Others {
    /// As the form says it.
    pub(super) fn code(self) -> &'static str {
        match self {
            Self::Keep => "keep",
            Self::End => "end",
        }
    }

    pub(super) fn read(text: &str) -> Option<Self> {
        [Self::Keep, Self::End].into_iter().find(|choice| choice.code() == text)
    }
}

/// The places of this device, each with its way out.
pub(super) fn places(places: &[Place]) -> Sheet {
    Sheet::outside("This device").content(html! {
        (parts::lede(&html! { "It counts for you here. Each practice sees its own count of you and nothing of another’s." }))
        @for place in places {
            (parts::panel(&place.title, &html! {
                p {
                    "Until " (calendar::london_day(place.until).0.format("%-d %B %Y")) ". "
                    @if place.locked { "It waits for its PIN." }
                }
                p { a href=(place.home) { @if place.locked { "Give the PIN" } @else { "Open" } " " span .nhsuk-u-visually-hidden { (place.title) } } }
                form method="post" action=(href!("/device/leave")) {
                    (form::hidden("device", &place.device.to_string()))
                    (form::button(Button::Secondary, "Remove from this device"))
                }
            }))
        }
        p { "To add a practice, open the enrolment link of its practice manager on this device." }
        p { a href=(href!("/account/desk")) { "Keys and signals of this device" } }
        p .hr-small { "Sign out this device ends all of them here, with the one-tap addresses made on it. To come back you need a new link from each practice." }
    })
}

/// Asks whether the other places of a device stay.
fn ask(others: &[Place], chosen: &str, errors: &[FieldError]) -> Markup {
    let field = Field::new("others", "What about the others?").errors(errors);
    html! {
        p { "This device counts already for:" }
        ul .nhsuk-list .nhsuk-list--bullet { @for place in others { li { (place.title) } } }
        (form::radios(&field, &[
            Choice::new(Others::Keep.code(), "I am the same person: keep them", chosen)
                .hint("You see your own total across them. None of the practices does."),
            Choice::new(Others::End.code(), "Somebody else used this device: end them", chosen),
        ]))
    }
}

/// No room for one more.
pub(super) fn full() -> Sheet {
    Sheet::outside("This device counts for three already").content(html! {
        p { "One device counts for one person at up to three practices. Remove one, then open the link again: it has not been used." }
        p { a href=(href!("/device")) { "Practices on this device" } }
    })
}

/// What an enrolment link is for.
#[derive(Debug)]
pub(super) struct Invitation<'a> {
    pub(super) secret: &'a str,
    pub(super) practice: &'a str,
    pub(super) label: &'a str,
    pub(super) staff_group: &'a str,
    /// What this device counts for already.
    pub(super) others: &'a [Place],
    /// What was chosen about them.
    pub(super) chosen: &'a str,
}

/// Enrols this device with one button.
pub(super) fn enrol(to: &Invitation<'_>, errors: &[FieldError]) -> Sheet {
    let pin = Field::new("pin", "PIN, if you want one")
        .hint("4 to 8 digits. Asked for after the browser was closed, and every 12 hours.")
        .errors(errors)
        .autocomplete("new-password")
        .inputmode("numeric")
        .width(Width::Ten);
    let again = Field::new("pin_again", "The same PIN again")
        .errors(errors)
        .autocomplete("new-password")
        .inputmode("numeric")
        .width(Width::Ten);
    Sheet::outside(format!("Use this device for {}", to.label)).errors(errors).content(html! {
        (parts::lede(&html! { (to.practice) " · " (StaffGroup::title_of(to.staff_group)) }))
        p { "This phone or computer will show " (to.label) "’s own count and the practice’s total, and nothing else, for 90 days. Nobody has to type a password between two patients." }
        form method="post" action=(href!("/enrol").seg(to.secret)) {
            (form::hidden("device", &Uuid::now_v7().to_string()))
            @if !to.others.is_empty() { (ask(to.others, to.chosen, errors)) }
            (form::password(&pin))
            (form::password(&again))
            (form::button(Button::Primary, "Enrol this device"))
        }
        p .hr-small { "Your practice manager can end this at any time. So can you, with Sign out this device." }
    })
}

/// Asks a device for its PIN; `place` says which, where it has several.
pub(super) fn unlock(place: Option<&str>, next: &str, errors: &[FieldError]) -> Sheet {
    let pin = Field::new("pin", "PIN of this device")
        .errors(errors)
        .autocomplete("current-password")
        .inputmode("numeric")
        .width(Width::Ten);
    Sheet::outside("Unlock").errors(errors).content(html! {
        @if let Some(place) = place { (parts::lede(&html! { (place) })) }
        form method="post" action="/unlock" {
            (form::hidden("next", next))
            (form::password(&pin))
            (form::button(Button::Primary, "Unlock"))
        }
        p .hr-small { "If you have forgotten it, ask your practice manager for a new link." }
    })
}
