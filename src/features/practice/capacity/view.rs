//! The practice's day: its total, the capacity table with who is silent and who is off, the day sheet.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entity::ids::{ClinicianId, LocalDate, OdsCode};
use maud::{Markup, html};
use uuid::Uuid;

use crate::{
    domain::{
        calendar,
        contact::{MOST_A_DAY, Source},
        divert::{self, Divert},
        limit::{Attendance, Day, Headroom, Limit, PracticeDay, PracticeWeek, SetBy},
        staff::StaffGroup,
    },
    error::FieldError,
    href,
    store::days::ClinicianOnDay,
    ui::{
        figures,
        form::{self, Button, Field, Width},
        href::Href,
        live, number, parts,
        sections::Section,
        sheet::Sheet,
        table::{numbers, table, words},
    },
};

/// The practice's total, for everyone who works there: no names, no single counts.
pub(super) fn total(practice: &OdsCode, sum: PracticeDay, on: LocalDate, going: Option<&Divert>) -> Markup {
    let get = href!("/practices").seg(practice).seg("today").seg("total");
    live::live_fragment(
        "total",
        &get,
        &["contacts", "divert"],
        &html! {
            (parts::panel("Left today", &html! {
                @if sum.clinicians == 0 {
                    p { "Nobody has a count yet today." }
                } @else {
                    (figures::practice_day(sum, &clinicians(sum.clinicians)))
                    p .hr-small { (full_words(sum.full)) }
                }
                p { (on.long()) ". " strong { (divert::says(going, on)) } }
            }))
        },
    )
}

fn clinicians(n: u32) -> String {
    if n == 1 { "1 clinician".to_owned() } else { format!("{n} clinicians") }
}

fn full_words(full: u32) -> String {
    match full {
        0 => "Nobody is at the limit.".to_owned(),
        1 => "One clinician is at the limit or over it.".to_owned(),
        n => format!("{n} clinicians are at the limit or over it."),
    }
}

/// One clinician of the capacity table.
#[derive(Debug)]
pub(super) struct CapacityRow {
    pub(super) id: ClinicianId,
    pub(super) label: String,
    pub(super) staff_group: String,
    pub(super) day: Day,
    /// Whether they have a count, are looked for, or are off.
    pub(super) standing: Attendance,
    /// What the day sheet says, whichever source counts.
    pub(super) sheet: Option<u32>,
    /// They had not left by then: whoever has is counted, and asked for no number.
    is_here: bool,
}

impl From<ClinicianOnDay> for CapacityRow {
    fn from(one: ClinicianOnDay) -> Self {
        Self {
            id: one.row.id,
            label: one.row.label,
            staff_group: one.row.staff_group.parse::<StaffGroup>().map_or("", StaffGroup::title).to_owned(),
            day: one.day,
            standing: one.standing,
            sheet: one.facts.sheet,
            is_here: one.is_here,
        }
    }
}

/// What the capacity page shows.
#[derive(Debug)]
pub(super) struct Capacity<'a> {
    pub(super) practice: &'a OdsCode,
    pub(super) on: LocalDate,
    pub(super) today: LocalDate,
    pub(super) rows: Vec<CapacityRow>,
    pub(super) sum: PracticeDay,
    /// First day of the week so far.
    pub(super) monday: LocalDate,
    /// From then to this day.
    pub(super) week: PracticeWeek,
    /// The practice's own limit today.
    pub(super) limit: Limit,
    /// The divert that is going on.
    pub(super) divert: Option<Divert>,
    /// When whom of them told the practice that they are at their limit.
    pub(super) told: HashMap<ClinicianId, DateTime<Utc>>,
    /// What was typed into the day sheet, by clinician, where it was refused.
    pub(super) typed: Vec<(String, String)>,
    pub(super) errors: Vec<FieldError>,
}

fn base(practice: &OdsCode) -> Href {
    href!("/practices").seg(practice)
}

/// The capacity page of a day.
pub(super) fn capacity(page: &Capacity<'_>) -> Sheet {
    let is_today = page.on == page.today;
    let heading = if is_today { "Capacity today".to_owned() } else { format!("Capacity on {}", page.on.written()) };
    let sheet = Sheet::new(Section::Capacity, "Capacity").heading(heading).errors(&page.errors);
    sheet.live(live::of_practice(page.practice)).content(html! {
        (parts::lede(&html! {
            (page.on.long()) ". "
            @if let SetBy::Recommended = page.limit.set_by {
                "Recommended maximum " (page.limit.contacts) " a clinician; your practice has not set a limit."
            } @else {
                "Your limit is " (page.limit.contacts) " a clinician for a full day."
            }
        }))
        (day_links(page))
        (now(page))
        (sheet_form(page))
        p { a href=(base(page.practice).seg("limits")) { "Limits and rota" } }
        p { a href=(base(page.practice).seg("notifications")) { "Tell me in this browser when somebody is at the limit" } }
    })
}

fn day_links(page: &Capacity<'_>) -> Markup {
    let link = |day: LocalDate| base(page.practice).seg("capacity").query("day", day);
    html! {
        nav .hr-actions aria-label="Days" {
            a href=(link(page.on.minus_days(1))) { "Day before" }
            @if page.on < page.today {
                a href=(link(page.on.plus_days(1))) { "Day after" }
                a href=(base(page.practice).seg("capacity")) { "Today" }
            }
        }
    }
}

/// What live pages fetch again: the sums, each clinician who has a count, and those who have none.
pub(super) fn now(page: &Capacity<'_>) -> Markup {
    let get = base(page.practice).seg("capacity").seg("now").query("day", page.on);
    let is_today = page.on == page.today;
    live::live_fragment(
        "capacity",
        &get,
        &["contacts", "people", "divert"],
        &html! {
            @if is_today {
                p { strong { (divert::says(page.divert.as_ref(), page.on)) } " " a href=(base(page.practice).seg("divert")) { "Open the divert page" } }
            }
            @if !page.rows.is_empty() {
                (parts::two_columns(&day_sum(page), &week_sum(page)))
            }
            (parts::panel("Each clinician", &clinicians_of(page)))
        },
    )
}

fn day_sum(page: &Capacity<'_>) -> Markup {
    let sum = page.sum;
    let title = if page.on == page.today { "Today" } else { "This day" };
    parts::panel(
        title,
        &html! {
            @if sum.clinicians == 0 {
                p { "Nobody has a count." }
            } @else {
                (figures::practice_day(sum, &clinicians(sum.clinicians)))
                p .hr-small { (full_words(sum.full)) }
            }
        },
    )
}

/// Clinician-days, so that a week with people off is not read as a quiet one.
fn week_sum(page: &Capacity<'_>) -> Markup {
    let week = page.week;
    let since = page.monday.0.format("%A %-d %B");
    let until = page.on.0.format("%A %-d %B");
    let full = match week.full {
        0 => "None of them is at the limit or over it.".to_owned(),
        1 => "1 of them is at the limit or over it.".to_owned(),
        n => format!("{n} of them are at the limit or over it."),
    };
    parts::panel(
        "The week so far",
        &html! {
            @if week.days == 0 {
                p { "Nobody has a count." }
            } @else {
                (figures::big_number(
                    &number::counted(week.contacts.into(), "contact", "contacts"),
                    &html! { "on " (number::counted(week.days.into(), "clinician-day", "clinician-days")) " with a count" },
                ))
                p { (full) }
            }
            p .hr-small {
                @if page.monday == page.on { (since) } @else { (since) " to " (until) }
                ". One clinician on one day is a clinician-day."
            }
        },
    )
}

/// Those with a count as a table; beside it, in words, who is silent and who is not expected.
fn clinicians_of(page: &Capacity<'_>) -> Markup {
    let rows: Vec<Vec<Markup>> =
        of(page, Attendance::Counted).map(|row| capacity_row(row, page.told.get(&row.id))).collect();
    html! {
        @if page.rows.is_empty() {
            p { "No clinicians yet. " a href=(base(page.practice).seg("people")) { "Add the people who consult" } "." }
        }
        @if !rows.is_empty() {
            (table("Capacity of each clinician", &[words("Clinician"), words("State"), numbers("Counted"), numbers("Left"), words("From")], &rows))
        }
        @let is_today = page.on == page.today;
        (group(page, Attendance::NoCount, if is_today { "No count yet" } else { "No count" }))
        (group(page, Attendance::Off, if is_today { "Off today by the rota" } else { "Off by the rota" }))
    }
}

fn of<'a>(page: &'a Capacity<'_>, standing: Attendance) -> impl Iterator<Item = &'a CapacityRow> {
    page.rows.iter().filter(move |row| row.standing == standing)
}

fn group(page: &Capacity<'_>, standing: Attendance, title: &str) -> Markup {
    html! {
        @if of(page, standing).next().is_some() {
            div .hr-silent {
                h3 { (title) }
                ul {
                    @for row in of(page, standing) {
                        li { (row.label) " " span .hr-small { (row.staff_group) } }
                    }
                }
            }
        }
    }
}

/// One who has a count.
fn capacity_row(row: &CapacityRow, told: Option<&DateTime<Utc>>) -> Vec<Markup> {
    vec![
        html! { (row.label) " " span .hr-small { (row.staff_group) } },
        html! {
            (figures::state_tag(row.day.headroom))
            @if let Some(at) = told { br; span .hr-small { "told the practice at " (calendar::london_time(*at)) } }
        },
        html! { (row.day.counted) " of " (row.day.limit.contacts) },
        match row.day.headroom {
            Headroom::Over { by } => html! { (by) " over" },
            headroom => html! { (headroom.left()) },
        },
        html! { (row.day.source.map_or("no count yet", Source::title)) },
    ]
}

fn sheet_form(page: &Capacity<'_>) -> Markup {
    html! {
        (parts::panel("Day sheet", &html! {
            p { "One number for each clinician, from the appointment book. It counts where nobody tapped. Where somebody did, their taps count, unless you " a href=(base(page.practice).seg("sources")) { "chose otherwise" } "; the two are never added together." }
            form method="post" action=(base(page.practice).seg("day-sheet")) novalidate {
                (form::hidden("id", &Uuid::now_v7().to_string()))
                (form::hidden("day", &page.on.to_string()))
                div .hr-sheet { @for row in page.rows.iter().filter(|row| row.is_here) { (sheet_field(page, row)) } }
                @if page.rows.is_empty() { p { "Nobody to count for yet." } } @else { (form::button(Button::Primary, "Save the day sheet")) }
            }
        }))
    }
}

fn sheet_field(page: &Capacity<'_>, row: &CapacityRow) -> Markup {
    let name = format!("n-{}", row.id);
    let typed = page.typed.iter().find(|(field, _)| *field == name).map(|(_, value)| value.clone());
    let value = typed.unwrap_or_else(|| row.sheet.map(|n| n.to_string()).unwrap_or_default());
    let hint = match row.day.source {
        Some(Source::Taps) => format!("{} tapped", row.day.counted),
        _ => String::new(),
    };
    let field = Field::new(&name, &row.label)
        .value(&value)
        .errors(&page.errors)
        .inputmode("numeric")
        .between(&0, &MOST_A_DAY)
        .width(Width::Four);
    let field = if hint.is_empty() { field } else { field.hint(&hint) };
    form::number(&field)
}
