//! Matching a file, as markup.

use std::collections::BTreeMap;

use entity::ids::{ClinicianId, OdsCode};
use maud::{Markup, html};
use uuid::Uuid;

use super::view::base;
use crate::{
    domain::{
        appointment::{Column, SlotOutcome, System, TypeMeaning},
        contact::ContactKind,
    },
    error::FieldError,
    ui::{
        form::{self, Button, Choice, Field},
        parts,
        sections::Section,
        sheet::Sheet,
    },
};

/// What stands for "not counted" in the form.
pub(super) const NOT_COUNTED: &str = "-";

/// One name of the file, and what it is matched to.
#[derive(Debug, Clone)]
pub(super) struct Name {
    pub(super) digest: Uuid,
    pub(super) text: String,
    /// Slots that have it, and a hint.
    pub(super) about: String,
    pub(super) chosen: String,
}

/// The form, as shown and as shown again.
#[derive(Debug)]
pub(super) struct Matches {
    pub(super) practice: OdsCode,
    pub(super) id: Uuid,
    pub(super) system: System,
    /// Columns of a report; none for an extract.
    pub(super) columns: Vec<Name>,
    /// What each meaning was found in: a digest.
    pub(super) places: BTreeMap<Column, String>,
    pub(super) holders: Vec<Name>,
    pub(super) types: Vec<Name>,
    /// Words of statuses that nobody knows.
    pub(super) statuses: Vec<Name>,
    /// Whom a holder may be.
    pub(super) clinicians: Vec<(ClinicianId, String)>,
    /// Columns that are left out, by name.
    pub(super) dropped: Vec<String>,
    pub(super) errors: Vec<FieldError>,
}

/// The form: columns, session holders, slot types.
pub(super) fn form(view: &Matches) -> Sheet {
    let back = base(&view.practice);
    Sheet::new(Section::Imports, "Match the file").back(&back, "Imports").errors(&view.errors).content(html! {
        (parts::lede(&html! {
            "Headroom asks once and remembers. It read your file and did not keep it, so choose the file again after saving. Of the names "
            "below only fingerprints are kept."
        }))
        (dropped(&view.dropped))
        form method="post" action=(back.clone().seg("matching")) novalidate {
            (form::hidden("id", &view.id.to_string()))
            (form::hidden("system", view.system.code()))
            @for name in &view.dropped { (form::hidden("dropped", name)) }
            @if view.system == System::Report { (columns(view)) }
            @if !view.holders.is_empty() { (holders(view)) }
            @if !view.types.is_empty() { (types(view)) }
            @if !view.statuses.is_empty() { (statuses(view)) }
            (form::button(Button::Primary, "Save and remember"))
        }
    })
}

fn dropped(names: &[String]) -> Markup {
    html! {
        @if !names.is_empty() {
            (parts::inset(&html! {
                p { "These columns are about patients. They are dropped before anything is read: " strong { (names.join(", ")) } "." }
            }))
        }
    }
}

fn columns(view: &Matches) -> Markup {
    let names: Vec<(String, &str)> =
        view.columns.iter().map(|name| (name.digest.to_string(), name.text.as_str())).collect();
    parts::panel(
        "Which column is which",
        &html! {
            @for name in &view.columns { (form::hidden(&format!("column-name-{}", name.digest), &name.text)) }
            @for column in Column::OF_REPORTS {
                @let field = format!("place-{}", column.code());
                @let chosen = view.places.get(&column).map_or("", String::as_str);
                @let choices: Vec<Choice<'_>> = std::iter::once(Choice::new("", "Not in this file", chosen))
                    .chain(names.iter().map(|(digest, text)| Choice::new(digest, text, chosen)))
                    .collect();
                (form::select(&Field::new(&field, column.title()).errors(&view.errors), &choices))
            }
        },
    )
}

fn holders(view: &Matches) -> Markup {
    let people: Vec<(String, &str)> =
        view.clinicians.iter().map(|(id, label)| (id.to_string(), label.as_str())).collect();
    parts::panel(
        "Whose sessions",
        &html! {
            p { "Choose the clinician for each session holder. Slots of a holder marked “Not counted” are left out." }
            @for name in &view.holders {
                @let choices: Vec<Choice<'_>> = std::iter::once(Choice::new("", "Choose", &name.chosen))
                    .chain(people.iter().map(|(id, label)| Choice::new(id, label, &name.chosen)))
                    .chain(std::iter::once(Choice::new(NOT_COUNTED, "Not counted", &name.chosen)))
                    .collect();
                (one(view, "holder", name, &choices))
            }
        },
    )
}

fn types(view: &Matches) -> Markup {
    parts::panel(
        "What the slot types are",
        &html! {
            p { "Only attended slots count: each attended one of a type adds one contact. Choose “Not a contact” for administration and meetings. Vaccination clinics are counted apart, outside the limit." }
            @for name in &view.types {
                @let choices: Vec<Choice<'_>> = ContactKind::ALL
                    .iter()
                    .map(|kind| Choice::new(kind.code(), kind.title(), &name.chosen))
                    .chain([
                        Choice::new(TypeMeaning::VACCINATION, "Vaccination clinic, outside the limit", &name.chosen),
                        Choice::new(NOT_COUNTED, "Not a contact", &name.chosen),
                    ])
                    .collect();
                (one(view, "type", name, &choices))
            }
        },
    )
}

fn statuses(view: &Matches) -> Markup {
    parts::panel(
        "What these statuses mean",
        &html! {
            p { "Headroom does not know these words. Say what each means: rows with a word you leave out are refused, by their line." }
            @for name in &view.statuses {
                @let choices: Vec<Choice<'_>> = [Choice::new(NOT_COUNTED, "Refuse its rows", &name.chosen)]
                    .into_iter()
                    .chain(SlotOutcome::TAUGHT.map(|outcome| Choice::new(outcome.code(), meaning(outcome), &name.chosen)))
                    .collect();
                (one(view, "status", name, &choices))
            }
        },
    )
}

fn meaning(outcome: SlotOutcome) -> &'static str {
    match outcome {
        SlotOutcome::Attended => "Attended: it counts",
        SlotOutcome::DidNotAttend => "Did not attend",
        SlotOutcome::Booked => "Booked, not yet seen",
        SlotOutcome::Cancelled => "Cancelled",
        _ => "Free or blocked",
    }
}

fn one(view: &Matches, what: &str, name: &Name, choices: &[Choice<'_>]) -> Markup {
    let field = format!("{what}-{}", name.digest);
    html! {
        (form::hidden(&format!("{what}-name-{}", name.digest), &name.text))
        (form::hidden(&format!("{what}-about-{}", name.digest), &name.about))
        (form::select(&Field::new(&field, &name.text).hint(&name.about).errors(&view.errors), choices))
    }
}
