//! The register of a practice: every item of the menu on a day, and each named subject.

use entity::ids::{ItemCode, LocalDate, OdsCode, SubjectId};
use maud::{Markup, html};

use crate::{
    domain::register::{RegisterAt, RegisterLine},
    error::FieldError,
    href,
    ui::{
        as_of::{self, AsOf},
        href::Href,
        parts::{self, small},
        register,
        sections::Section,
        sheet::Sheet,
        table::{numbers, table, words},
    },
};

/// What the page shows.
#[derive(Debug)]
pub(super) struct View<'a> {
    pub(super) practice: &'a OdsCode,
    pub(super) ground: RegisterAt<'a>,
    pub(super) today: LocalDate,
    /// The LMC and the ICB it belonged to that day.
    pub(super) belonged: &'a [String],
    /// The day as typed.
    pub(super) typed: &'a str,
    pub(super) error: Option<FieldError>,
}

pub(super) fn content(view: &View<'_>) -> Sheet {
    let all = view.ground.own();
    let (done, other): (Vec<&RegisterLine>, Vec<&RegisterLine>) = all.iter().partition(|line| line.is_action());
    let past = view.ground.on != view.today;
    let errors: Vec<FieldError> = view.error.iter().cloned().collect();
    Sheet::new(Section::Actions, "Actions").errors(&errors).content(html! {
        (parts::lede(&html! {
            @if past {
                "As it stood on " (view.ground.on.written()) ", as far as is known today."
                @if !view.belonged.is_empty() { " The practice belonged to " (view.belonged.join(" and ")) "." }
            }
            @else { "What your practice does, item by item. Every change keeps its history." }
        }))
        (as_of(view, &errors))
        @if !past {
            (parts::links(&[
                (practice_href(view.practice).seg("notices"), "Notices on services"),
                (practice_href(view.practice).seg("diary"), "Diary: what ends and which reply is due"),
                (practice_href(view.practice).seg("network"), "Network scheme (PCN): the window to leave, and your own note"),
                (practice_href(view.practice).seg("outcomes"), "Outcomes: what came of it"),
                (practice_href(view.practice).seg("evidence"), "Evidence pack: everything of a period in one file"),
                (workbook_href(view.practice), "Download the register as a spreadsheet"),
                (spreadsheet_href(view.practice), "Take a filled-in spreadsheet back"),
            ]))
            (unanswered(view))
        }
        (parts::panel("What we have paused", &html! {
            @if done.is_empty() { p { "Nothing is paused, planned or thought about." } }
            @else { (lines("What we have paused", view.practice, &done)) }
        }))
        (parts::panel("All other items", &others(view, &all, &other)))
    })
}

/// The register of a practice.
pub(super) fn register_href(practice: &OdsCode) -> Href {
    practice_href(practice).seg("actions")
}

/// The page of an item, or of one subject of it.
pub(super) fn item_href(practice: &OdsCode, item: &ItemCode, subject: Option<SubjectId>) -> Href {
    let href = register_href(practice).seg(item);
    match subject {
        Some(id) => href.query("subject", id),
        None => href,
    }
}

fn practice_href(practice: &OdsCode) -> Href {
    href!("/practices").seg(practice)
}

/// The page that takes a filled-in spreadsheet back.
pub(super) fn spreadsheet_href(practice: &OdsCode) -> Href {
    practice_href(practice).seg("spreadsheet")
}

/// The register as a spreadsheet.
pub(super) fn workbook_href(practice: &OdsCode) -> Href {
    spreadsheet_href(practice).seg("register.xlsx")
}

fn as_of(view: &View<'_>, errors: &[FieldError]) -> Markup {
    as_of::as_of(&AsOf {
        page: &register_href(view.practice),
        label: "Show the register as it stood on",
        on: view.ground.on,
        today: view.today,
        typed: view.typed,
        errors,
    })
}

fn unanswered(view: &View<'_>) -> Markup {
    let waiting = view.ground.unanswered();
    let next = register_href(view.practice);
    html! {
        @if !waiting.is_empty() {
            (parts::panel("Noted by your LMC by telephone", &html! {
                p { "Each entry counts once you confirm it. Removed entries stay in the history and count for nothing." }
                @for (line, row) in &waiting {
                    @let label = view.ground.catalogue.item_on(&row.change.item, row.change.effective_on).map_or("", |item| item.label(row.change.status));
                    @let noted = register::noted(line, label, row.change.effective_on);
                    p { strong { (noted) } }
                    (register::answers(view.practice, row.change.id, &noted, &next))
                }
            }))
        }
    }
}

fn lines(caption: &str, practice: &OdsCode, lines: &[&RegisterLine]) -> Markup {
    let rows: Vec<Vec<Markup>> = lines.iter().map(|line| cells(practice, line)).collect();
    table(caption, &[words("Item"), words("State"), numbers("Since")], &rows)
}

fn cells(practice: &OdsCode, line: &RegisterLine) -> Vec<Markup> {
    vec![
        html! { a href=(item_href(practice, &line.item, line.subject.as_ref().map(|(id, _)| *id))) { (line.name()) } },
        register::state(line),
        html! { (register::when(line)) },
    ]
}

/// Items in the order of the menu; one that is recorded per subject says how many are named, and its running subjects
/// follow it.
fn others(view: &View<'_>, all: &[RegisterLine], other: &[&RegisterLine]) -> Markup {
    let mut rows = Vec::new();
    for item in view.ground.catalogue.items_on(view.ground.on) {
        let own = other.iter().filter(|line| line.item == item.code);
        if item.takes_subject() {
            let word = item.subject_word.as_deref().unwrap_or("subject");
            let named = all.iter().filter(|line| line.item == item.code).count();
            let said = format!("{named} named");
            rows.push(vec![
                html! { a href=(register_href(view.practice).seg(&item.code)) { (item.title) } " " (small(&format!("(one for each {word})"))) },
                small(if named == 0 { "None named" } else { &said }),
                html! { "–" },
            ]);
        }
        rows.extend(own.map(|line| cells(view.practice, line)));
    }
    table("All other items", &[words("Item"), words("State"), numbers("Since")], &rows)
}
