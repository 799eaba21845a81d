//! Files of days that were taken in before, as a question with its numbers.

use entity::ids::OdsCode;
use maud::{Markup, html};

use super::view::{base, files};
use crate::{
    domain::appointment::{Overlap, SameDays},
    ui::{
        form::{self, Button, Choice, Field},
        number::thousands,
        parts,
        sections::Section,
        sheet::Sheet,
        table::{numbers, table, words},
    },
};

/// Days that are listed.
const MOST: usize = 31;

/// What the file is to its days.
pub(super) fn question(practice: &OdsCode, overlap: &Overlap) -> Sheet {
    let own = base(practice);
    let days = overlap.by_day();
    let rows: Vec<Vec<Markup>> = days
        .iter()
        .take(MOST)
        .map(|(day, sums)| {
            let sums = sums.map(|n| html! { (thousands(n)) });
            std::iter::once(html! { (day.short()) }).chain(sums).collect()
        })
        .collect();
    let choices = SameDays::ALL.map(|choice| Choice::new(choice.code(), title(choice), ""));
    Sheet::new(Section::Imports, "These days were taken in before").back(&own, "Imports").content(html! {
        (parts::lede(&html! {
            "An earlier file has the same clinicians and days, and this one is not just a newer version of it. Nothing was written. "
            "Say what this file is, and choose it again."
        }))
        (table(
            "Attended appointments, by what the file is",
            &[words("Day"), numbers("Now"), numbers("In place of them"), numbers("On top of them")],
            &rows,
        ))
        @if days.len() > MOST { p { "The first " (MOST) " of " (days.len()) " days." } }
        form method="post" action=(own) enctype="multipart/form-data" {
            (form::select(&Field::new("same_days", "What this file is").hint("Two rotas of one day are two parts of it. An import can be taken back."), &choices))
            (files(None))
            (form::button(Button::Primary, "Read the file again"))
        }
    })
}

fn title(choice: SameDays) -> &'static str {
    match choice {
        SameDays::Add => "Another part of the days: on top of what is there",
        SameDays::Replace => "The whole of the days: in place of what is there",
    }
}
