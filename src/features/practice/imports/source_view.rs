//! The three sources side by side, as markup.

use entity::ids::{ClinicianId, LocalDate, OdsCode};
use maud::{Markup, html};
use uuid::Uuid;

use crate::{
    domain::contact::Source,
    error::FieldError,
    href,
    store::appointments::BY_DEFAULT,
    ui::{
        form::{self, Button, Choice, Field},
        parts,
        sections::Section,
        sheet::Sheet,
        table::{numbers, table, words},
    },
};

/// A clinician's week by source.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) id: ClinicianId,
    pub(super) label: String,
    /// Taps, day sheet, import; nothing where a source says nothing.
    pub(super) sums: [Option<u32>; 3],
    /// Of the days that have both a count of the practice's own (taps, else the sheet) and appointments: how many there are, and
    /// their sums.
    pub(super) both: (u32, u32, u32),
    /// As it counts.
    pub(super) counted: u32,
    /// The code of what holds.
    pub(super) chosen: String,
}

/// The page.
#[derive(Debug)]
pub(super) struct Sources {
    pub(super) practice: OdsCode,
    pub(super) id: Uuid,
    pub(super) from: LocalDate,
    pub(super) to: LocalDate,
    /// Days of the weeks beside it, where they can be shown.
    pub(super) before: Option<LocalDate>,
    pub(super) after: Option<LocalDate>,
    pub(super) today: LocalDate,
    pub(super) effective_on: String,
    pub(super) rows: Vec<Row>,
    pub(super) errors: Vec<FieldError>,
}

pub(super) fn content(view: &Sources) -> Sheet {
    let own = href!("/practices").seg(&view.practice);
    let sheet = Sheet::new(Section::Imports, "Which count is used")
        .back(&own.clone().seg("imports"), "Imports")
        .errors(&view.errors);
    sheet.content(html! {
        (parts::lede(&html! {
            "Taps, day sheet and appointments are never added together. If you choose nothing, taps count; without taps the day "
            "sheet; without either the appointments. The difference covers only days that have both."
        }))
        @let week = |day| own.clone().seg("sources").query("day", day);
        p {
            @if let Some(day) = view.before { a href=(week(day)) { "The week before" } }
            @if view.before.is_some() && view.after.is_some() { " · " }
            @if let Some(day) = view.after { a href=(week(day)) { "The week after" } }
        }
        form method="post" action=(own.clone().seg("sources")) novalidate {
            (form::hidden("id", &view.id.to_string()))
            (parts::panel(&format!("{} to {}", view.from.short(), view.to.short()), &side_by_side(view)))
            (parts::panel("Choose", &html! {
                @for row in &view.rows { (choice(view, row)) }
                (form::date(&Field::new("effective_on", "From").hint("Earlier days keep the count they have.").value(&view.effective_on).errors(&view.errors)))
                (form::button(Button::Primary, "Save"))
            }))
        }
    })
}

fn side_by_side(view: &Sources) -> Markup {
    let rows: Vec<Vec<Markup>> = view
        .rows
        .iter()
        .map(|row| {
            let [taps, sheet, import] = row.sums;
            vec![
                html! { (row.label) },
                number(taps),
                number(sheet),
                number(import),
                difference(row),
                html! { strong { (row.counted) } },
            ]
        })
        .collect();
    html! {
        @if rows.is_empty() { p { "No clinicians yet." } }
        @else {
            (table(
                "The week by source",
                &[words("Clinician"), numbers("Taps"), numbers("Day sheet"), numbers("Appointments"), numbers("Taps less appointments"), numbers("Counts")],
                &rows,
            ))
        }
    }
}

fn number(n: Option<u32>) -> Markup {
    html! { @if let Some(n) = n { (n) } @else { span .hr-small { "none" } } }
}

/// The difference of the days that have both: a day that nobody imported says nothing of the taps.
fn difference(row: &Row) -> Markup {
    let (days, own, import) = row.both;
    if days == 0 {
        return number(None);
    }
    let difference = i64::from(own) - i64::from(import);
    let text = if difference > 0 { format!("+{difference}") } else { difference.to_string().replace('-', "−") };
    let over = if days == 1 { "(1 day)".to_owned() } else { format!("({days} days)") };
    html! { (text) br; (parts::small(&over)) }
}

fn choice(view: &Sources, row: &Row) -> Markup {
    let name = format!("source-{}", row.id);
    let mut choices = vec![Choice::new(BY_DEFAULT, "In the usual order", &row.chosen)];
    choices.extend(Source::ALL.map(|source| {
        let label = match source {
            Source::Taps => "Taps",
            Source::Sheet => "Day sheet",
            Source::Import => "Appointments",
        };
        Choice::new(source.code(), label, &row.chosen)
    }));
    form::select(&Field::new(&name, &row.label).errors(&view.errors), &choices)
}
