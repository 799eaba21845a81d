//! *Set to N* as a page.

use maud::html;
use uuid::Uuid;

use super::view::DayView;
use crate::{
    domain::contact::MOST_A_DAY,
    error::FieldError,
    ui::{
        day,
        form::{self, Button, Choice, Field, Width},
        parts,
        sections::Section,
        sheet::Sheet,
    },
};

/// *Set to N*: catches up what was not tapped.
pub(super) fn set_to(view: &DayView, typed: &str, errors: &[FieldError]) -> Sheet {
    let home = day::home(&view.scope);
    let sessions = view.day.worked.half_sessions.to_string();
    let duty = if view.day.worked.duty { "yes" } else { "" };
    Sheet::new(Section::MyDay, "Set today’s count").back(&home, "My day").errors(errors).content(html! {
        (parts::lede(&html! { "Type how many contacts you have had today. Headroom adds contacts or takes them back until the count is right." }))
        @if let Some(instead) = day::instead(&view.day) {
            p { "Today’s figure comes from " (instead) ". What you set here is kept, but it does not change that figure." }
        }
        form method="post" action=(home.clone().seg("set")) novalidate {
            (form::hidden("id", &Uuid::now_v7().to_string()))
            (form::number(&Field::new("n", "Contacts today").value(typed).errors(errors).inputmode("numeric").between(&0, &MOST_A_DAY).width(Width::Four)))
            (form::radios(
                &Field::new("half_sessions", "Sessions today").hint("Your limit for today depends on this. A session is about half a day."),
                &[
                    Choice::new("1", "Half a session", &sessions),
                    Choice::new("2", "One", &sessions),
                    Choice::new("4", "Two", &sessions),
                    Choice::new("6", "Three", &sessions),
                ],
            ))
            (form::checkboxes(
                &Field::new("duty", "Duty doctor"),
                &[Choice::new("yes", "I am the duty doctor today", duty)],
            ))
            (form::button(Button::Primary, "Save"))
        }
    })
}
