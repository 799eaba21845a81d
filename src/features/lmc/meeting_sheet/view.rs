//! The meeting sheet on a screen and on paper: values in, markup out.

use entity::ids::{LocalDate, OrgCode};
use maud::{Markup, html};

use crate::{
    exchange::pdf::MeetingSheet,
    href,
    ui::{
        form::{self, Button},
        parts,
        sections::Section,
        sheet::Sheet,
        table,
    },
};

/// The sheet.
pub(super) fn sheet(lmc: &OrgCode, sheet: &MeetingSheet) -> Sheet {
    let base = href!("/lmc").seg(lmc);
    let content = html! {
        div .hr-release {
            (parts::back_link(&base, "Area"))
            (parts::heading(&format!("Meeting sheet: {}", sheet.lmc)))
            (parts::lede(&html! {
                "Release " (sheet.release) ", published on " (sheet.published) ". Not live: what practices had recorded by the end of "
                (sheet.as_of) ". Next release: " (sheet.next) "."
            }))
            p { "This sheet holds figures of the release and nothing else, so it may be handed round." }
            (parts::actions(&html! {
                (form::button_link(Button::Primary, "Download as PDF", &base.seg("meeting.pdf")))
            }))
            (parts::print_button())
            (figures(sheet))
            (parts::panel("How to read it", &html! {
                ul .nhsuk-list .nhsuk-list--bullet { @for note in &sheet.notes { li { (note) } } }
                p .hr-small { "Ledger of releases, SHA-256: " code .hr-code { (sheet.sha256) } }
            }))
        }
    };
    Sheet::new(Section::Area, "Meeting sheet").own_heading().handout().content(content)
}

fn figures(sheet: &MeetingSheet) -> Markup {
    let heads: Vec<String> = sheet.areas.iter().map(|area| format!("{} ({})", area.name, area.practices)).collect();
    let mut columns = vec![table::words("Item")];
    // Names of areas are long: they wrap, as figures in a column of numbers would not.
    columns.extend(heads.iter().map(|head| table::words(head)));
    let rows: Vec<Vec<Markup>> = sheet
        .items
        .iter()
        .map(|item| {
            let mut row = vec![html! { (item.title) }];
            row.extend(item.cells.iter().map(|cell| {
                html! {
                    (cell.figure)
                    @if !cell.likely.is_empty() { br; (parts::small(&cell.likely)) }
                }
            }));
            row
        })
        .collect();
    parts::panel(
        "Practices that had recorded each item",
        &table::table("Practices that had recorded each item", &columns, &rows),
    )
}

/// Before the first release.
pub(super) fn none_yet(lmc: &OrgCode, next: Option<LocalDate>) -> Sheet {
    Sheet::new(Section::Area, "Meeting sheet").back(&href!("/lmc").seg(lmc), "Area").handout().content(html! {
        p {
            "There is no release yet, and a meeting sheet holds figures of a release only."
            @if let Some(next) = next { " The next one is due on " (next.written()) " at nine." }
        }
    })
}
