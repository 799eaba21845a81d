//! Pages of the places that a device counts for: values in, markup out.

use maud::{Markup, html};

use super::{
    pages::page,
    places::{Others, Place},
};
use crate::{
    domain::calendar,
    error::FieldError,
    href,
    state::AppState,
    ui::{
        form::{self, Button, Choice, Field},
        parts,
    },
    web::caller::Caller,
};

/// The places of this device, each with its way out.
pub(super) fn places(app: &AppState, caller: &Caller, places: &[Place]) -> Markup {
    let content = html! {
        (parts::heading("This device"))
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
        p .hr-small { "Sign out this device ends all of them here. To come back you need a new link from each practice." }
    };
    page(app, caller, "This device", &[], content)
}

/// Asks whether the other places of a device stay.
pub(super) fn ask(others: &[Place], chosen: &str, errors: &[FieldError]) -> Markup {
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
pub(super) fn full(app: &AppState, caller: &Caller) -> Markup {
    let title = "This device counts for three already";
    let content = html! {
        (parts::heading(title))
        p { "One device counts for one person at up to three practices. Remove one, then open the link again: it has not been used." }
        p { a href=(href!("/device")) { "Practices on this device" } }
    };
    page(app, caller, title, &[], content)
}
