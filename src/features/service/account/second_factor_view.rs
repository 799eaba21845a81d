//! One's own second factor as markup.

use chrono::{DateTime, Utc};
use maud::{Markup, html};
use uuid::Uuid;

use super::passkey_view::{PasskeyLine, list};
use crate::{
    domain::{calendar, second_factor::RECOVERY_CODES},
    error::FieldError,
    href,
    ui::{
        form::{self, Button, Field, Width},
        href::Href,
        parts, qr,
        sheet::Sheet,
    },
};

const TITLE: &str = "Your second factor";

/// What is set up.
#[derive(Debug)]
pub(super) struct State<'a> {
    /// Since when there is an app, and how many of its recovery codes are left.
    pub(super) app: Option<(DateTime<Utc>, u64)>,
    pub(super) passkeys: Vec<PasskeyLine>,
    /// Why no passkeys can be used here.
    pub(super) unusable: Option<&'a str>,
    /// What was done a moment ago.
    pub(super) done: &'a str,
}

pub(super) fn standing(state: &State<'_>) -> Sheet {
    let done = match state.done {
        "passkey-added" => Some("Your passkey is added. You are signed out everywhere else."),
        "passkey-removed" => Some("The passkey is removed. You are signed out everywhere else."),
        _ => None,
    };
    Sheet::outside(TITLE).back(&href!("/account"), "Your account").content(html! {
        @if let Some(done) = done { (parts::inset(&html! { p role="status" { (done) } })) }
        p { "You sign in with your password and one of these." }
        h2 { "Passkeys" }
        (list(&state.passkeys, state.unusable))
        h2 { "Authenticator app" }
        (app(state.app))
    })
}

fn app(app: Option<(DateTime<Utc>, u64)>) -> Markup {
    let set_up = href!("/account/second-factor").query("again", "yes");
    html! {
        @if let Some((since, codes_left)) = app {
            (parts::summary_list(&[
                ("Set up", html! { (calendar::london(since)) }),
                ("Recovery codes left", html! { (codes_left) " of " (RECOVERY_CODES) }),
            ]))
            p { "A recovery code stands in for the app once." }
            (form::button_link(Button::Secondary, "Set it up again", &set_up))
            p { "Do that on a new phone, or when your recovery codes run out. The app and the codes you have now then stop working." }
        } @else {
            p { "It is not set up. With it come recovery codes. Without, add a second passkey: whoever loses their only one has to ask whoever looks after Headroom." }
            (form::button_link(Button::Secondary, "Set up an authenticator app", &set_up))
        }
    }
}

pub(super) fn demo() -> Sheet {
    Sheet::outside(TITLE).back(&href!("/account"), "Your account").content(html! {
        p { "The demo asks nobody for a code. In a real Headroom, every role that sees more than one practice signs in with a password and a code from an app, or a passkey." }
    })
}

/// An app that can be confirmed.
#[derive(Debug)]
pub(super) struct Offer<'a> {
    pub(super) id: Uuid,
    /// What the picture says.
    pub(super) address: &'a str,
    /// The same to type.
    pub(super) typed: &'a str,
    pub(super) has_one: bool,
    pub(super) is_needed: bool,
    /// Where a passkey may be added in its place.
    pub(super) passkey_instead: Option<Href>,
    pub(super) has_password: bool,
    pub(super) errors: &'a [FieldError],
}

pub(super) fn offer(offer: &Offer<'_>) -> Sheet {
    let code = Field::new("code", "Code the app shows now")
        .hint("Six digits")
        .errors(offer.errors)
        .autocomplete("one-time-code")
        .inputmode("numeric")
        .width(Width::Twenty)
        .maxlength(20);
    let password = Field::new("current", "Your password")
        .errors(offer.errors)
        .autocomplete("current-password")
        .width(Width::Twenty);
    let app = html! {
        ol .nhsuk-list .nhsuk-list--number {
            li { "Open an authenticator app on your phone. If you have none, install one: the one your NHS mail uses will do." }
            li { "Add an account in it, and scan the picture." }
            li { (if offer.has_password { "Type the code it shows, and your password." } else { "Type the code it shows." }) }
        }
        (qr::qr(offer.address, "Picture for your authenticator app"))
        (parts::details("I cannot scan it, or the app is on this phone", &html! {
            p { "Type or paste this key into the app instead, for a code that changes with time:" }
            p { code #authenticator-key .hr-code { (offer.typed) } }
            (parts::copy_button("authenticator-key", "Copy the key"))
        }))
    };
    let confirm = html! {
        form method="post" action="/account/second-factor" {
            (form::hidden("id", &offer.id.to_string()))
            (form::text(&code))
            @if offer.has_password {
                (form::password(&password))
            } @else {
                p #current { "You have no password, so this needs a sign-in of the last ten minutes." }
            }
            (form::button(Button::Primary, "Turn on"))
        }
    };
    Sheet::outside(TITLE).back(&href!("/account"), "Your account").errors(offer.errors).content(html! {
        @if offer.is_needed {
            (parts::lede(&html! { "Your role sees more than one practice. It opens with your password and a code from an app on your phone, or a passkey." }))
        } @else {
            (parts::lede(&html! { "With an authenticator app, a stolen password alone opens nothing." }))
        }
        @if let Some(instead) = &offer.passkey_instead {
            p { a href=(instead) { "Add a passkey" } ": your fingerprint, face or PIN on this device, or a security key." }
        }
        @if offer.has_one { p { "The app and the recovery codes you have now work until you turn on the new one." } }
        (parts::two_columns(&app, &parts::panel("Then", &confirm)))
    })
}

/// The recovery codes, this once.
pub(super) fn confirmed(codes: &[String]) -> Sheet {
    Sheet::outside("Keep your recovery codes").content(html! {
        (parts::inset(&html! { p role="status" { "Your authenticator app is on. You are signed out everywhere else." } }))
        p { "If you lose your phone, each of these codes signs you in once. Keep them apart from the phone. They are shown only now." }
        (form::readonly_textarea(&Field::new("recovery-codes", "Recovery codes").value(&codes.join("\n")), 8))
        (parts::copy_button("recovery-codes", "Copy"))
        (parts::print_button())
        (form::button_link(Button::Primary, "I have kept them", &href!("/")))
    })
}
