//! The spreadsheet's pages: what to do with it, and what a filled-in one would change.

use std::iter;
use std::{collections::BTreeSet, fmt::Write as _};

use entity::ids::{OdsCode, StatusId};
use maud::{Markup, html};

use super::{
    item_view,
    view::{register_href, spreadsheet_href, workbook_href},
};
use crate::{
    domain::{
        action::StatusRow,
        catalogue::{Item, Position, Status},
    },
    error::FieldError,
    exchange::spreadsheet::{RowError, SheetRow},
    store::actions::NewStatus,
    ui::{
        form::{self, Button, Field},
        number::counted,
        parts::{self, small},
        sections::Section,
        sheet::Sheet,
        table::{numbers, table, words},
    },
};

/// The most changes of one confirmation: they are written in one transaction, which must be short.
pub(super) const MOST_CHANGES: usize = 200;
/// What the first page is called.
pub(super) const TITLE: &str = "The register as a spreadsheet";
/// Rows with errors that are listed.
const MOST_ERRORS: usize = 200;

/// What a file would change.
#[derive(Debug)]
pub(super) struct Plan<'a> {
    pub(super) changes: Vec<Planned<'a>>,
    /// Changes beyond the most of one confirmation.
    pub(super) more: usize,
    pub(super) unchanged: usize,
    pub(super) errors: Vec<RowError>,
    pub(super) not_read: Vec<String>,
    /// What the register was when this was made.
    pub(super) seen: String,
}

/// One change.
#[derive(Debug)]
pub(super) struct Planned<'a> {
    /// The row, with its status by its code.
    pub(super) row: SheetRow,
    pub(super) id: StatusId,
    pub(super) item: &'a Item,
    pub(super) subject: Option<String>,
    /// Where it stands now.
    pub(super) before: Option<(Status, StatusRow)>,
    pub(super) new: NewStatus,
    /// The row that it becomes.
    pub(super) after: StatusRow,
    pub(super) position: &'a Position,
}

impl Planned<'_> {
    /// "Voluntary services: Ring pessaries".
    pub(super) fn name(&self) -> String {
        match &self.subject {
            Some(subject) => format!("{}: {subject}", self.item.title),
            None => self.item.title.clone(),
        }
    }
}

pub(super) fn choose(practice: &OdsCode, recorded: Option<u16>, error: Option<FieldError>) -> Sheet {
    let errors: Vec<FieldError> = error.into_iter().collect();
    let field = Field::new("file", "The spreadsheet that you filled in (.xlsx)")
        .hint("At most 4 MB. You see every change before anything is recorded.")
        .errors(&errors);
    let done = recorded.map(|recorded| format!("{} recorded.", counted(recorded.into(), "change is", "changes are")));
    let sheet = Sheet::new(Section::Actions, TITLE)
        .back(&register_href(practice), "All items")
        .errors(&errors)
        .done(done.as_deref());
    sheet.content(html! {
        (parts::lede(&html! { "Fill in many items at once, in Excel or LibreOffice, and take the file back." }))
        (parts::panel("1. Download", &html! {
            p { "One row for each item, and for each service, agreement or pathway of your practice, as it stands today. The second sheet says how to fill it in." }
            (form::button_link(Button::Secondary, "Download the register as a spreadsheet", &workbook_href(practice)))
        }))
        (parts::panel("2. Fill in, and take it back", &html! {
            p { "Nothing about a patient belongs in the file. Rows that you leave as they are change nothing, and nothing is ever removed." }
            form method="post" enctype="multipart/form-data" action=(spreadsheet_href(practice)) {
                (form::file(&field))
                (form::button(Button::Primary, "Show the changes"))
            }
        }))
    })
}

/// What a file would change; `carried` are the changes as the form takes them along.
pub(super) fn preview(practice: &OdsCode, plan: &Plan<'_>, carried: &str, stale: bool) -> Sheet {
    let changes = plan.changes.len();
    let sheet =
        Sheet::new(Section::Actions, "Check the changes").back(&spreadsheet_href(practice), "Choose another file");
    sheet.content(html! {
        @if stale {
            (parts::inset(&html! {
                p { strong { "The register has changed since these changes were shown. Nothing was recorded." } " This is what they would change now." }
            }))
        }
        (parts::lede(&html! { (said(plan)) }))
        @if changes > 0 {
            (parts::panel("Changes", &table_of(plan)))
            (parts::panel("What stays obligatory", &obligations(&plan.changes)))
        }
        (not_taken(plan))
        @if changes > 0 {
            form method="post" action=(spreadsheet_href(practice).seg("changes")) {
                (form::hidden("rows", carried)) (form::hidden("seen", &plan.seen))
                (form::button(Button::Primary, &button(changes)))
            }
        } @else {
            p { a href=(register_href(practice)) { "Back to the register" } }
        }
    })
}

fn button(changes: usize) -> String {
    match changes {
        1 => "Record this change".to_owned(),
        n => format!("Record these {n} changes"),
    }
}

/// "Nothing is recorded yet. 1 new, 2 changed, 11 as they were. 2 cells cannot be taken."
fn said(plan: &Plan<'_>) -> String {
    let added = plan.changes.iter().filter(|one| one.before.is_none());
    let added = added.count();
    let changed = plan.changes.len() - added;
    let mut text = if plan.changes.is_empty() {
        "There is nothing to record: the file says what the register says.".to_owned()
    } else {
        "Nothing is recorded yet.".to_owned()
    };
    let _ = write!(text, " {added} added, {changed} changed, {} unchanged.", plan.unchanged);
    if plan.more > 0 {
        let _ = write!(
            text,
            " {} more: {MOST_CHANGES} can be recorded at once. Record these, then choose the same file again.",
            counted(wide(plan.more), "change waits", "changes wait")
        );
    }
    let rows: BTreeSet<u32> = plan.errors.iter().map(|error| error.row).collect();
    if !rows.is_empty() {
        let rows = counted(wide(rows.len()), "row", "rows");
        let _ = write!(text, " {rows} cannot be taken.");
    }
    text
}

fn wide(n: usize) -> u64 {
    u64::try_from(n).unwrap_or(u64::MAX)
}

fn table_of(plan: &Plan<'_>) -> Markup {
    let rows: Vec<Vec<Markup>> = plan.changes.iter().map(cells).collect();
    let columns = [words("Item"), words("Now"), words("In the file"), numbers("Row")];
    table("Changes, before and after", &columns, &rows)
}

fn cells(change: &Planned<'_>) -> Vec<Markup> {
    let before = match &change.before {
        Some((status, row)) => state(change.item.label(*status), *status, row),
        None => small("Nothing recorded"),
    };
    let row = &change.after;
    vec![
        html! { (change.name()) },
        before,
        state(change.item.label(row.change.status), row.change.status, row),
        html! { (change.row.row) },
    ]
}

fn state(label: &str, status: Status, row: &StatusRow) -> Markup {
    let about = if row.change.about { "about " } else { "" };
    let from = match status {
        Status::PausingFrom => "from",
        _ => "since",
    };
    let served = iter::once(("Notice served", row.change.notice_served_on));
    let noted = row.change.noted.each().map(|(day, on)| (day.short_label(), on));
    html! {
        strong { (label) } br; (small(&format!("{from} {about}{}", row.change.effective_on.short())))
        @for (what, day) in served.chain(noted) {
            @if let Some(day) = day { br; (small(&format!("{what} {}", day.short()))) }
        }
    }
}

/// What each item's page shows before a change is saved, once for each position.
fn obligations(changes: &[Planned<'_>]) -> Markup {
    let mut told = BTreeSet::new();
    html! {
        p .hr-small { "Headroom keeps these texts with your records." }
        @for change in changes {
            @if told.insert((change.item.code.clone(), change.position.from)) {
                h3 .nhsuk-heading-s { (change.item.title) }
                (item_view::says(change.position, change.after.change.effective_on))
            }
        }
    }
}

fn not_taken(plan: &Plan<'_>) -> Markup {
    let shown: Vec<&RowError> = plan.errors.iter().take(MOST_ERRORS).collect();
    let rows: Vec<Vec<Markup>> = shown
        .iter()
        .map(|error| {
            vec![html! { "Row " (error.row) }, html! { (error.column.heading()) }, html! { (error.reason) "." }]
        })
        .collect();
    let more = plan.errors.len() - shown.len();
    html! {
        @if !rows.is_empty() {
            (parts::panel("Rows that cannot be taken", &html! {
                p { "Correct them in the file and choose it again. The other rows can be recorded now." }
                (table("Rows that cannot be taken", &[words("Row"), words("Column"), words("Why")], &rows))
                @if more > 0 { p { (counted(wide(more), "more cell", "more cells")) " cannot be taken." } }
            }))
        }
        @if !plan.not_read.is_empty() {
            p .hr-small { "Not part of the register, and not read: column " (plan.not_read.join(", ")) "." }
        }
    }
}
