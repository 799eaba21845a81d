//! Pages of joining: values in, markup out.

use maud::html;
use serde::Deserialize;

use crate::{
    error::FieldError,
    href,
    ui::{
        form::{self, Button, Field, Width},
        href::Href,
        parts,
        sheet::Sheet,
    },
};

/// The form of whoever asks, as typed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Asking {
    pub(super) practice: String,
    pub(super) name: String,
    pub(super) email: String,
}

/// The form.
pub(super) fn ask(typed: &Asking, errors: &[FieldError]) -> Sheet {
    let fields = html! {
        form method="post" action="/join" novalidate {
            (form::text(&Field::new("practice", "Your practice").hint("Its code, such as F84006, or its whole name").value(&typed.practice).maxlength(120).width(Width::Twenty).errors(errors)))
            (form::text(&Field::new("name", "Your name").value(&typed.name).autocomplete("name").maxlength(80).width(Width::Twenty).errors(errors)))
            (form::email(&Field::new("email", "Your own address at work").hint("You sign in with it.").value(&typed.email).autocomplete("email").maxlength(254).width(Width::Twenty).errors(errors)))
            (form::button(Button::Primary, "Ask to join"))
        }
    };
    let next = html! {
        ol .nhsuk-list .nhsuk-list--number {
            li { "Your LMC is asked. Where somebody manages your practice here already, they decide instead." }
            li { "Your LMC sends a link to an address that it holds for your practice. Whoever opens it agrees that it is you." }
            li { "You get a mail, choose a password, and begin." }
        }
        p { "Nothing about your practice is shown to anybody before you say so. What you write here is kept for up to 19 weeks." }
    };
    Sheet::outside("Ask to join").errors(errors).content(html! {
        (parts::two_columns(&fields, &parts::panel("What happens next", &next)))
        p { "Do you consult, and does your practice use Headroom? Ask your practice manager for a link: there is nothing to fill in." }
    })
}

/// What is said once it is written down.
pub(super) fn asked(practice: &str, email: &str) -> Sheet {
    Sheet::outside("You have asked").back(&href!("/"), "Start page").content(html! {
        p { "For " strong { (practice) } ", with the address " strong { (email) } "." }
        p { "Whoever decides has 30 days. Once your practice has agreed, a mail with a link to choose your password comes to that address." }
        p { "To make it quick, ring your LMC’s office and say that you asked." }
    })
}

/// Who is to manage a practice.
pub(super) struct Candidate {
    pub(super) practice: String,
    pub(super) code: String,
    pub(super) lmc: Option<String>,
    pub(super) name: String,
    pub(super) email: String,
}

/// The page behind the link.
pub(super) fn look(action: &Href, who: &Candidate, why_not: Option<&str>) -> Sheet {
    Sheet::outside("Who looks after your practice here?").content(html! {
        @if let Some(why) = why_not { (parts::inset(&html! { p role="alert" { (why) "." } })) }
        (parts::summary_list(&[
            ("Practice", html! { (who.practice) " (" (who.code) ")" }),
            ("Who", html! { (who.name) }),
            ("Their address", html! { (who.email) }),
        ]))
        p {
            "They would keep your practice’s own record in Headroom: the people who consult, what is counted, what is paused, and who sees it. "
            "Nobody outside your practice sees any of it until they say so."
        }
        @if let Some(lmc) = &who.lmc { p { (lmc) " sent this link, and sees that you agreed." } }
        form method="post" action=(action) { (form::button(Button::Primary, "Yes, they look after it for us")) }
        p { "If not, close this page: nothing happens." }
    })
}

/// What became of it.
#[derive(Debug, Clone, Copy)]
pub(super) enum Let {
    /// A link to choose a password went to their own address.
    Mailed,
    /// They are known here, and sign in as before.
    Known,
    /// Those who manage the practice decide.
    ByManagers,
}

/// After the practice agreed.
pub(super) fn agreed(who: &Candidate, outcome: Let) -> Sheet {
    Sheet::outside("Thank you").back(&href!("/"), "Start page").content(match outcome {
        Let::Mailed => html! {
            p { (who.name) " looks after " (who.practice) " in Headroom now." }
            p { "A mail with a link to choose a password is on its way to " strong { (who.email) } "." }
        },
        Let::Known => html! {
            p { (who.name) " looks after " (who.practice) " in Headroom now, and signs in as before." }
            (form::button_link(Button::Primary, "Sign in", &href!("/sign-in")))
        },
        Let::ByManagers => html! {
            p { "Somebody looks after " (who.practice) " in Headroom already. They are asked whether " (who.name) " may do so too." }
        },
    })
}
