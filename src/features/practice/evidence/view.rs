//! The page from which a pack is made.

use entity::ids::{LocalDate, OdsCode};
use maud::{Markup, html};

use crate::{
    domain::area::LEAST_CLINICIANS,
    error::FieldError,
    exchange::archive::SUMS,
    href,
    ui::{
        form::{self, Button, Chosen, Field},
        parts,
        sections::Section,
        sheet::Sheet,
    },
};

/// What the page shows.
pub(super) struct View<'a> {
    pub(super) practice: &'a OdsCode,
    pub(super) from: &'a str,
    pub(super) to: &'a str,
    pub(super) whole: bool,
    pub(super) today: LocalDate,
    /// So many letters come as PDF too.
    pub(super) most_pdfs: usize,
    pub(super) errors: &'a [FieldError],
}

pub(super) fn content(view: &View<'_>) -> Sheet {
    let base = href!("/practices").seg(view.practice);
    let sheet = Sheet::new(Section::Actions, "Evidence pack").back(&base.seg("actions"), "Actions").errors(view.errors);
    sheet.content(html! {
        (parts::lede(&html! { "What your practice recorded in a period, in one file: for a contract query, an inspection, or your own shelf. You can read it without Headroom and offline." }))
        (parts::two_columns(&period(view), &inside(view)))
    })
}

fn period(view: &View<'_>) -> Markup {
    let action = href!("/practices").seg(view.practice).seg("evidence.zip");
    let field = |name, label, value| {
        let field = Field::new(name, label).value(value).errors(view.errors);
        field.between(&"2024-08-01", &view.today).required()
    };
    let whole =
        Field::new("whole", "Also thoughts, plans without a served notice, and items that conflict with the contract");
    let ticked = if view.whole { Chosen::Yes } else { Chosen::No };
    parts::panel(
        "The period",
        &html! {
            form method="post" action=(action) novalidate {
                (form::date(&field("from", "First day", view.from)))
                (form::date(&field("to", "Last day", view.to)))
                (form::checkbox(&whole, "yes", ticked))
                p .hr-small { "Headroom notes in your practice’s audit trail that a pack was made, with its hash. It sends the pack to nobody." }
                (form::button(Button::Primary, "Make the pack"))
            }
        },
    )
}

fn inside(view: &View<'_>) -> Markup {
    html! {
        (parts::panel("What is inside", &html! {
            ul .nhsuk-list .nhsuk-list--bullet {
                li { strong { "index.html" } ": everything to read and to print, on one page" }
                li { "Decisions: every change recorded in the period or taking effect in it, and what was in force on its first day" }
                li { "What the contract asked (the guard-rails), as it was shown, with its source and the day it was checked" }
                li { "Notices, with what came back" }
                li { "Letters as they were sent, as text and as PDF (PDF for the newest " (view.most_pdfs) ")" }
                li { "Outcomes, with their corrections" }
                li { "Contacts of each day against the limits, for the practice as a whole" }
                li { strong { (SUMS) } ": to check that no file was changed afterwards" }
            }
        }))
        (parts::panel("What is not", &html! {
            p { "No patient data: Headroom holds none." }
            p { "No thoughts, no plans without a served notice and nothing of an item that conflicts with the contract, unless you ask for them. The pack says which of the two it is." }
            p { "No clinician’s own count: those are personal data. A day on which fewer than " (LEAST_CLINICIANS) " clinicians were counted is listed without figures, because they could show one person’s count." }
        }))
    }
}
