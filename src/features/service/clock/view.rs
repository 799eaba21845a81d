//! The clock as an administrator sees it.

use chrono::{DateTime, Utc};
use maud::html;

use crate::{
    domain::calendar,
    error::FieldError,
    href,
    state::DOUBTED,
    ui::{
        form::{self, Button, Chosen, Field},
        parts,
        sections::Section,
        sheet::Sheet,
    },
};

/// What the clock says.
#[derive(Debug, Clone, Copy)]
pub(super) struct Face {
    pub(super) now: DateTime<Utc>,
    /// The latest time seen.
    pub(super) latest: Option<DateTime<Utc>>,
    pub(super) doubted: bool,
}

pub(super) fn clock(face: &Face, errors: &[FieldError]) -> Sheet {
    let seen = face.latest.map_or_else(|| "Nothing yet".to_owned(), calendar::london);
    Sheet::new(Section::Clock, "Clock").errors(errors).content(html! {
        (parts::summary_list(&[
            ("This computer says", html! { (calendar::london(face.now)) }),
            ("Latest time seen", html! { (seen) }),
        ]))
        @if face.doubted {
            (parts::inset(&html! { p { (DOUBTED) "." } }))
            p { "It is the same whether the clock was set wrong or the service did not run for days. If the time above is wrong, set the computer’s clock right; then nothing needs to be confirmed." }
            form method="post" action=(href!("/admin/clock")) novalidate {
                (form::checkbox(&Field::new("sure", "The time above is right").errors(errors), "yes", Chosen::No))
                (form::button(Button::Primary, "Confirm the clock"))
            }
        } @else {
            p { "The clock is believed. If it is ever more than a day from the latest time seen, nothing is deleted, published or mailed until it is confirmed here." }
        }
    })
}
