//! The rota as a table in which each cell is chosen.

use chrono::Datelike;
use entity::ids::{ClinicianId, LocalDate};
use maud::{Markup, html};
use uuid::Uuid;

use super::shown_view::{Limits, base, label};
use crate::{
    domain::limit::{RotaDay, Worked},
    store::people::ClinicianRow,
    ui::{
        form::{self, Button, Choice, Field},
        parts,
    },
};

/// The weekdays of the rota.
pub(super) const WEEKDAYS: [(u32, &str); 7] =
    [(1, "Monday"), (2, "Tuesday"), (3, "Wednesday"), (4, "Thursday"), (5, "Friday"), (6, "Saturday"), (7, "Sunday")];
/// Half sessions that can be chosen, as short as a cell, and in words.
pub(super) const HALVES: [(&str, &str, &str); 5] = [
    ("0", "Off", "Off"),
    ("1", "½", "Half a session"),
    ("2", "1", "One session"),
    ("4", "2", "Two sessions"),
    ("6", "3", "Three sessions"),
];
/// Fills a week with that of the row above.
pub(super) const ABOVE: &str = "above";

pub(super) fn cell_field(clinician: ClinicianId, weekday: u32) -> String {
    format!("day-{clinician}-{weekday}")
}

pub(super) fn was_field(clinician: ClinicianId) -> String {
    format!("was-{clinician}")
}

pub(super) fn fill_field(clinician: ClinicianId) -> String {
    format!("fill-{clinician}")
}

/// A cell as a form sends it.
pub(super) fn week_text(halves: Option<u32>) -> String {
    halves.map(|halves| halves.to_string()).unwrap_or_default()
}

pub(super) fn panel(page: &Limits) -> Markup {
    parts::panel(
        "Rota",
        &html! {
            @if page.clinicians.is_empty() { p { "Nobody to make a rota for yet." } } @else {
                p { "Sessions of each weekday. Change what is different, or fill a week; what you leave stays. Whoever works otherwise on a day says so on their own screen." }
                form method="post" action=(base(page).seg("rota")) novalidate {
                    (form::hidden("id", &Uuid::now_v7().to_string()))
                    div .hr-rota {
                        div .hr-rota__row .hr-rota__head aria-hidden="true" {
                            span {} @for (_, name) in WEEKDAYS { span { (name.get(..3).unwrap_or(name)) } } span {}
                        }
                        @for (at, row) in page.clinicians.iter().enumerate() { (line(page, row, at == 0)) }
                    }
                    (form::date(&Field::new("rota_from", "From").value(&page.typed("rota_from", page.today.to_string())).errors(&page.errors)))
                    (form::button(Button::Secondary, "Save the rota"))
                }
            }
            (coming(page))
        },
    )
}

fn line(page: &Limits, row: &ClinicianRow, first: bool) -> Markup {
    let now = WEEKDAYS.map(|(weekday, _)| week_text(page.rules.rota_on(row.id, next(page.today, weekday))));
    let was = page.typed(&was_field(row.id), now.join(","));
    let fill = fill_field(row.id);
    let filled = page.typed(&fill, String::new());
    let mut fills = vec![Choice::new("", "Fill the week…", &filled)];
    if !first {
        fills.push(Choice::new(ABOVE, "As the row above", &filled));
    }
    let all = HALVES.map(|(halves, _, words)| (halves, format!("{words}, Monday to Friday")));
    fills.extend(all.iter().map(|(halves, words)| Choice::new(halves, words, &filled)));
    html! {
        div .hr-rota__row role="group" aria-label={ "Rota of " (row.label) } {
            strong { (row.label) }
            (form::hidden(&was_field(row.id), &was))
            @for ((weekday, name), now) in WEEKDAYS.into_iter().zip(now) { (cell(page, row, (weekday, name), now)) }
            (form::bare_select(&Field::new(&fill, &format!("Fill the week of {}", row.label)).errors(&page.errors), &fills))
        }
    }
}

fn cell(page: &Limits, row: &ClinicianRow, (weekday, name): (u32, &str), now: String) -> Markup {
    let field = cell_field(row.id, weekday);
    let chosen = page.typed(&field, now);
    let mut choices = vec![Choice::new("", "–", &chosen)];
    choices.extend(HALVES.iter().map(|(halves, short, _)| Choice::new(halves, short, &chosen)));
    form::bare_select(&Field::new(&field, &format!("{name}, {}", row.label)).errors(&page.errors), &choices)
}

/// The next day of a weekday, today included.
fn next(today: LocalDate, weekday: u32) -> LocalDate {
    (0..7)
        .map(|ahead| today.plus_days(ahead))
        .find(|day| day.0.weekday().number_from_monday() == weekday)
        .unwrap_or(today)
}

/// What holds from a later day.
fn coming(page: &Limits) -> Markup {
    let mut rows: Vec<&RotaDay> = page.rules.rota.iter().filter(|row| row.effective_on > page.today).collect();
    rows.sort_by_key(|row| (row.effective_on, row.clinician, row.weekday, row.recorded_at));
    let mut lines: Vec<((LocalDate, ClinicianId), Vec<String>)> = Vec::new();
    for (at, row) in rows.iter().enumerate() {
        let same = |other: &&&RotaDay| {
            (other.effective_on, other.clinician, other.weekday) == (row.effective_on, row.clinician, row.weekday)
        };
        if rows.get(at.saturating_add(1)).is_some_and(|later| same(&later)) {
            continue;
        }
        let name = WEEKDAYS.iter().find(|(weekday, _)| *weekday == row.weekday).map_or("", |(_, name)| *name);
        let words = Worked { half_sessions: row.half_sessions, duty: false }.words().to_lowercase();
        let (key, said) = ((row.effective_on, row.clinician), format!("{name} {words}"));
        match lines.last_mut() {
            Some((of, days)) if *of == key => days.push(said),
            _ => lines.push((key, vec![said])),
        }
    }
    html! {
        @if !lines.is_empty() {
            h3 .nhsuk-heading-s { "To come" }
            ul .nhsuk-list {
                @for ((from, clinician), days) in &lines {
                    li { "From " (from.written()) ", " (label(page, Some(*clinician))) ": " (days.join(", ")) }
                }
            }
        }
    }
}
