//! The pages of a sheet with items of before: choosing it, and what it would add.

use std::collections::BTreeSet;

use entity::ids::OdsCode;
use maud::{Markup, html};
use uuid::Uuid;

use super::view::{self, kind};
use crate::{
    domain::{
        calendar,
        transfer::{
            book::TransferBook,
            past::{MOST_ROWS, PastItem, PastPlan, TransferImport},
            sender,
        },
    },
    error::FieldError,
    exchange::past_items::{CellError, PastSheet},
    ui::{
        form::{self, Button, Field},
        href::Href,
        number::{counted, thousands},
        parts::{self, small},
        sections::Section,
        sheet::Sheet,
        table::{numbers, table, words},
    },
};

/// Items that are shown of those that would be added.
const SHOWN: usize = 25;
/// Cells that are listed of those that cannot be taken.
const MOST_ERRORS: usize = 200;
/// Groups of like rows, and names, that are listed.
const MOST_GROUPS: usize = 20;

pub(super) fn base(practice: &OdsCode) -> Href {
    view::base(practice).seg("import")
}

/// What a file would add, and what is wrong with the rest of it.
#[derive(Debug, Default)]
pub(super) struct Held {
    pub(super) plan: PastPlan,
    /// The file without its rows.
    pub(super) sheet: PastSheet,
    /// Names of providers that are in no list.
    pub(super) own_names: BTreeSet<String>,
}

impl Held {
    /// Rows that cannot be taken.
    pub(super) fn refused(&self) -> u64 {
        let lines: BTreeSet<u64> = self.sheet.errors.iter().map(|error| error.line).collect();
        u64::try_from(lines.len()).unwrap_or(u64::MAX)
    }
}

/// The page that a file is chosen on.
#[derive(Debug)]
pub(super) struct Choose<'a> {
    pub(super) practice: &'a OdsCode,
    /// Items that were just added.
    pub(super) added: Option<u32>,
    /// What was added before, the newest first.
    pub(super) before: &'a [TransferImport],
    /// Only who manages the practice reads the list.
    pub(super) may_list: bool,
}

pub(super) fn choose(view: &Choose<'_>, error: Option<FieldError>) -> Sheet {
    let errors: Vec<FieldError> = error.into_iter().collect();
    let rows = thousands(wide(MOST_ROWS));
    let hint = format!("At most 2 MB and {rows} rows. You see what would be added before anything is kept.");
    let field = Field::new("file", "Your file (.xlsx or .csv)").hint(&hint).errors(&errors);
    let done = view.added.map(|added| match added {
        0 => "Nothing was added: every item of the file is there already.".to_owned(),
        n => format!("{} added.", counted(n.into(), "item is", "items are")),
    });
    let own = base(view.practice);
    let (to, back) = if view.may_list {
        (view::base(view.practice), "Transferred work")
    } else {
        (view::base(view.practice).seg("new"), "Log transferred work")
    };
    let sheet = Sheet::new(Section::Transfers, "Add items from a spreadsheet").back(&to, back);
    sheet.errors(&errors).done(done.as_deref()).content(html! {
        (parts::lede(&html! { "Work that was passed on to you before you logged it here, from the sheet that you kept." }))
        (parts::two_columns(
            &html! {
                (parts::panel("Choose the file", &html! {
                    form method="post" enctype="multipart/form-data" action=(own) {
                        (form::file(&field))
                        (form::button(Button::Primary, "Show what would be added"))
                    }
                }))
                @if !view.before.is_empty() { (parts::panel("Added before", &before(view.before))) }
            },
            &html! {
                (parts::panel("What the file holds", &what(&own)))
                (parts::panel("What happens to it", &html! {
                    ul .nhsuk-list .nhsuk-list--bullet {
                        li { "It is read once, on this server, and not kept." }
                        li { "A row that seems to name a patient or a person is refused by its line. Nothing of it is kept." }
                        li { "The same file again adds nothing, also after it was opened and saved in Excel." }
                        li { "The duty shown with an item is the one that was in force on its day." }
                        li { "Your LMC sees an item as if it had been logged on its day: none from before you agreed to that." }
                    }
                }))
            },
        ))
    })
}

fn what(own: &Href) -> Markup {
    html! {
        p { "One row for each item. Date, provider, kind and outcome are needed; department, what was asked, minutes and your reference may be there. The columns may be in any order." }
        p { a href=(own.clone().seg("template.xlsx")) { "An empty sheet for Excel, with the words that are known" } }
        p { a href=(own.clone().seg("template.csv")) { "An empty sheet as CSV" } }
        p .hr-small { "A file that you downloaded here as Excel or CSV can be taken back as it is." }
    }
}

fn before(imports: &[TransferImport]) -> Markup {
    let rows: Vec<Vec<Markup>> = imports
        .iter()
        .map(|import| {
            let says = import.says;
            let day = calendar::london_day(import.recorded_at).short();
            vec![
                html! { (day) " " (calendar::london_time(import.recorded_at)) },
                html! { (thousands(says.items.into())) },
                html! { (says.first_day.short()) " to " (says.last_day.short()) },
                html! { (thousands(says.there)) },
                html! { (thousands(says.refused)) },
            ]
        })
        .collect();
    let columns = [words("Added"), numbers("Items"), words("They came"), numbers("There already"), numbers("Refused")];
    table("Files whose items were added, the newest first", &columns, &rows)
}

/// What a file would add.
#[derive(Debug)]
pub(super) struct Preview<'a> {
    pub(super) practice: &'a OdsCode,
    pub(super) book: &'a TransferBook,
    pub(super) held: &'a Held,
    /// The rows that would be added, as the form takes them along.
    pub(super) carried: &'a str,
    pub(super) id: Uuid,
}

pub(super) fn preview(view: &Preview<'_>) -> Sheet {
    let (own, held) = (base(view.practice), view.held);
    let fresh = held.plan.fresh.len();
    let sheet = Sheet::new(Section::Transfers, "Check the items").back(&own, "Choose another file");
    let confirm = html! {
        @if fresh > 0 {
            form method="post" action=(own.clone().seg("rows")) {
                (form::hidden("id", &view.id.to_string())) (form::hidden("rows", view.carried))
                (form::button(Button::Primary, &button(fresh)))
            }
        }
    };
    sheet.content(html! {
        (parts::lede(&html! { (said(held)) }))
        (to_know(held))
        (confirm)
        @if fresh > 0 { (parts::panel("To be added", &items(view.book, &held.plan.fresh))) }
        @if !held.sheet.errors.is_empty() { (parts::panel("Rows that cannot be taken", &not_taken(&held.sheet.errors))) }
        @if !held.sheet.not_read.is_empty() {
            p .hr-small { "Not read: column " (held.sheet.not_read.join(", ")) "." }
        }
        @if fresh == 0 { p { a href=(own) { "Choose another file" } } }
    })
}

fn button(n: usize) -> String {
    match n {
        1 => "Add this item".to_owned(),
        n => format!("Add these {} items", thousands(wide(n))),
    }
}

fn wide(n: usize) -> u64 {
    u64::try_from(n).unwrap_or(u64::MAX)
}

/// "Nothing is added yet. 120 items would be added. 14 are there already. 3 rows cannot be taken."
fn said(held: &Held) -> String {
    let plan = &held.plan;
    let mut text = match plan.fresh.len() {
        0 => "There is nothing to add.".to_owned(),
        n => format!("Nothing is added yet. {} be added.", counted(wide(n), "item would", "items would")),
    };
    for (n, one, many) in [
        (plan.there, "row is there already.", "rows are there already."),
        (held.refused(), "row cannot be taken.", "rows cannot be taken."),
    ] {
        if n > 0 {
            text.push(' ');
            text.push_str(&counted(n, one, many));
        }
    }
    text
}

/// What a person should look at before the items are added.
fn to_know(held: &Held) -> Markup {
    let PastPlan { removed, differ, alike, .. } = &held.plan;
    html! {
        @if !held.sheet.other_sheets.is_empty() {
            (parts::inset(&html! {
                p { strong { "Only the first sheet with items is read." } " Not read: " (held.sheet.other_sheets.join(", ")) ". Save each as a file of its own and choose it." }
            }))
        }
        @if !alike.is_empty() {
            (parts::inset(&html! {
                p { strong { "Some rows say exactly the same." } " Each counts as an item of its own. If it is one item that was typed twice, delete one of the rows in the file and choose it again." }
                ul .nhsuk-list .nhsuk-list--bullet {
                    @for lines in alike.iter().take(MOST_GROUPS) { li { "Lines " (listed(lines)) } }
                    @if alike.len() > MOST_GROUPS { li { "and " (alike.len() - MOST_GROUPS) " more groups" } }
                }
            }))
        }
        @if !held.own_names.is_empty() {
            (parts::inset(&html! {
                p { strong { "These providers are in no list" } " and are kept as they are written. Check the spelling: the same provider in two spellings counts as two." }
                ul .nhsuk-list .nhsuk-list--bullet {
                    @for name in held.own_names.iter().take(MOST_GROUPS) { li { (name) } }
                    @if held.own_names.len() > MOST_GROUPS { li { "and " (held.own_names.len() - MOST_GROUPS) " more" } }
                }
            }))
        }
        @if held.sheet.minutes_of_gp {
            (parts::inset(&html! {
                p { "The column Minutes does not say whose they are: they are taken as minutes of a GP, and nobody else’s. If that is not so, call the columns GP minutes, Pharmacist minutes, Nurse minutes and Admin minutes, and choose the file again." }
            }))
        }
        @if !differ.is_empty() {
            (parts::inset(&html! {
                p {
                    strong { (counted(wide(differ.len()), "item reads", "items read")) " differently here." }
                    " A file adds items and changes none. Correct them on their own pages: lines "
                    (listed(&differ.iter().map(|(line, _)| *line).collect::<Vec<_>>())) "."
                }
            }))
        }
        @if *removed > 0 {
            (parts::inset(&html! {
                p { (counted(*removed, "row is an item", "rows are items")) " that was taken out here as logged in error. It stays out." }
            }))
        }
    }
}

/// "4, 9 and 12"; of many the first ones.
fn listed(lines: &[u64]) -> String {
    let mut text = lines.iter().take(MOST_GROUPS).map(ToString::to_string).collect::<Vec<_>>().join(", ");
    if lines.len() > MOST_GROUPS {
        text.push_str(" and more");
    }
    text
}

fn items(book: &TransferBook, fresh: &[PastItem]) -> Markup {
    let rows: Vec<Vec<Markup>> = fresh
        .iter()
        .take(SHOWN)
        .map(|item| {
            let new = &item.new;
            let minutes = new.minutes.of_clinicians().saturating_add(new.minutes.admin.into());
            vec![
                html! { "Line " (item.row.line) },
                html! { (new.came_on.short()) },
                html! {
                    @if let Some(asked) = &new.asked { (asked) br; }
                    (small(&sender(&new.provider, new.department.as_deref()))) br; (small(kind(book, &new.category)))
                },
                html! { (new.outcome.short_label()) },
                html! { (minutes) },
            ]
        })
        .collect();
    let columns =
        [words("In the file"), words("Came on"), words("What was asked"), words("What you did"), numbers("Minutes")];
    html! {
        (table("Items that would be added", &columns, &rows))
        @if fresh.len() > SHOWN { p { "The first " (SHOWN) " of " (thousands(wide(fresh.len()))) "." } }
    }
}

fn not_taken(errors: &[CellError]) -> Markup {
    let shown: Vec<&CellError> = errors.iter().take(MOST_ERRORS).collect();
    let rows: Vec<Vec<Markup>> = shown
        .iter()
        .map(|error| {
            vec![
                html! { "Line " (error.line) },
                html! { @if let Some(letter) = &error.letter { (letter) ", " } (error.column.heading()) },
                html! { (error.reason.trim_end_matches('.')) "." },
            ]
        })
        .collect();
    let more = errors.len().saturating_sub(shown.len());
    html! {
        p { "Correct them in the file and choose it again: nothing is added twice. What these cells say is not shown and was not kept." }
        (table("Rows that cannot be taken", &[words("In the file"), words("Column"), words("What to do")], &rows))
        @if more > 0 { p { (counted(wide(more), "more cell", "more cells")) " cannot be taken." } }
    }
}
