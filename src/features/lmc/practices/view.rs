//! Practices as their LMC sees them: values in, markup out. The page of one practice is `ui::seen_by_lmc`, which the
//! practice itself can open too.

use chrono::{DateTime, Utc};
use entity::ids::{LocalDate, OrgCode};
use maud::{Markup, html};

use crate::{
    domain::{
        area::{AreaLine, Shared},
        calendar,
        catalogue::Status,
        organisation::PracticeOn,
    },
    href,
    ui::{
        area::{Said, row},
        as_of::{AsOf, as_of},
        href::Href,
        parts, readers,
        sections::Section,
        seen_by_lmc,
        sheet::Sheet,
        table,
    },
};

/// All practices of the area on a day.
pub(super) struct List<'a> {
    pub(super) lmc: &'a OrgCode,
    pub(super) on: LocalDate,
    pub(super) now: DateTime<Utc>,
    pub(super) sharing: &'a [Sharing<'a>],
    pub(super) others: &'a [Other<'a>],
}

impl List<'_> {
    fn is_past(&self) -> bool {
        self.on < calendar::london_day(self.now)
    }
}

/// A practice that shares.
pub(super) struct Sharing<'a> {
    pub(super) practice: &'a PracticeOn,
    pub(super) said: Vec<Said>,
    pub(super) shared: &'a Shared,
}

/// A practice that does not, with what the LMC entered for it.
pub(super) struct Other<'a> {
    pub(super) practice: &'a PracticeOn,
    pub(super) said: Vec<Said>,
}

/// What differs from everyday work: what is paused, ends or was taken up again.
pub(super) fn in_force(lines: &[AreaLine<'_>]) -> Vec<Said> {
    let told = lines.iter().filter(|line| line.status != Status::Running);
    told.map(seen_by_lmc::said).collect()
}

/// Everything that was entered, whatever it says.
pub(super) fn as_entered(lines: &[AreaLine<'_>]) -> Vec<Said> {
    lines.iter().map(seen_by_lmc::said).collect()
}

/// The main part of the list.
pub(super) fn list(list: &List<'_>) -> Sheet {
    let all = list.sharing.len().saturating_add(list.others.len());
    Sheet::new(Section::Practices, "Practices").content(html! {
        (parts::lede(&html! {
            @if list.is_past() { "As it stood on " (list.on.written()) ", as far as is known today: the practices that were yours that day. " }
            (list.sharing.len()) " of " (all) " practices share their record with you. Each practice sees that you looked today."
        }))
        (as_of(&AsOf {
            page: &href!("/lmc").seg(list.lmc).seg("practices"),
            label: "Show the practices as they stood on",
            on: list.on,
            today: calendar::london_day(list.now),
            typed: "",
            errors: &[],
        }))
        p .hr-no-print { a href=(href!("/lmc").seg(list.lmc).seg("joining")) { "Bring in a practice" } }
        div #sharing {
            (parts::panel(&format!("Practices that share with you: {}", list.sharing.len()), &html! {
                @if list.sharing.is_empty() { p { "No practice shares its record with you yet." } }
                @else { (sharing_table(list)) }
            }))
        }
        div #not-sharing {
            (parts::panel(&format!("Not sharing with you: {}", list.others.len()), &html! {
                @if list.others.is_empty() { p { "Every practice shares its record with you." } }
                @else {
                    p {
                        "You see nothing of what these practices recorded"
                        @if list.is_past() { " by that day" }
                        ", only what you entered yourself and they have not answered."
                    }
                    (others_table(list))
                }
            }))
        }
        (readers::for_an_officer())
    })
}

fn one(list: &List<'_>, practice: &PracticeOn) -> Href {
    let page = href!("/lmc").seg(list.lmc).seg("practices");
    let page = page.seg(&practice.code);
    if list.is_past() { page.query("on", list.on) } else { page }
}

fn sharing_table(list: &List<'_>) -> Markup {
    let columns = [table::words("Practice"), table::words("What is paused or ending"), table::words("Last answered")];
    let rows: Vec<Vec<Markup>> = list
        .sharing
        .iter()
        .map(|sharing| {
            let practice = sharing.practice;
            vec![
                html! { a href=(one(list, practice)) { (practice.name) } br; (parts::small(practice.code.as_str())) },
                html! {
                    (row(&sharing.said))
                    @if !sharing.said.is_empty() && seen_by_lmc::is_later(sharing.shared, list.on, list.now) {
                        (parts::small(seen_by_lmc::LATER))
                    }
                },
                html! { (seen_by_lmc::last_answered(sharing.shared, list.on, list.now)) },
            ]
        })
        .collect();
    stacked(&table::table("Practices that share with you", &columns, &rows))
}

fn others_table(list: &List<'_>) -> Markup {
    let mut columns = vec![table::words("Practice"), table::words("What you entered")];
    if !list.is_past() {
        columns.push(table::words("By telephone"));
    }
    let rows: Vec<Vec<Markup>> = list
        .others
        .iter()
        .map(|other| {
            let practice = other.practice;
            let mut cells = vec![
                html! { (practice.name) br; (parts::small(practice.code.as_str())) },
                html! { @if other.said.is_empty() { (parts::small("Nothing")) } @else { (row(&other.said)) } },
            ];
            if !list.is_past() {
                cells.push(html! {
                    a href=(seen_by_lmc::telephone(list.lmc, &practice.code)) {
                        "Enter" span .nhsuk-u-visually-hidden { " what " (practice.name) " said" }
                    }
                });
            }
            cells
        })
        .collect();
    stacked(&table::table("Not sharing with you", &columns, &rows))
}

/// On a phone the cells of a row stand under each other: what a practice said needs the width.
fn stacked(table: &Markup) -> Markup {
    html! { div .hr-stack { (table) } }
}
