//! Practices as their LMC sees them: values in, markup out. The page of one practice is `ui::seen_by_lmc`, which the
//! practice itself can open too.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use entity::ids::{LocalDate, OrgCode};
use maud::{Markup, html};

use super::{
    asked_view::{ANSWERS, Asked, Line, NO_NETWORK, ORDERS, STANDS, Stand, on_past},
    sheet_view::{self as sheet, FIRST, Shown},
};
use crate::{
    domain::{
        area::{AreaLine, LastHeard, Shared},
        calendar,
        catalogue::{Item, Status},
        organisation::PracticeOn,
    },
    href,
    ui::{
        area::Said,
        as_of::{AsOf, as_of},
        form::{self, Button, Choice, Field},
        href::Href,
        invitation, number, parts, readers,
        sections::Section,
        seen_by_lmc,
        sheet::Sheet,
    },
};

/// The practices that were asked for.
pub(super) struct List<'a> {
    pub(super) lmc: &'a OrgCode,
    pub(super) on: LocalDate,
    pub(super) now: DateTime<Utc>,
    pub(super) asked: &'a Asked,
    pub(super) menu: Vec<&'a Item>,
    pub(super) shown: Shown,
    pub(super) lines: Vec<Line<'a>>,
    /// Name and code of each network.
    pub(super) networks: BTreeSet<(String, String)>,
    /// How many practices the area has, and how many of them share.
    pub(super) among: usize,
    pub(super) sharing: usize,
}

impl List<'_> {
    fn today(&self) -> LocalDate {
        calendar::london_day(self.now)
    }

    fn is_past(&self) -> bool {
        self.on < self.today()
    }

    fn page(&self) -> Href {
        href!("/lmc").seg(self.lmc).seg("practices")
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
pub(super) fn list(list: &List<'_>, name: &str) -> Sheet {
    Sheet::new(Section::Practices, "Practices").content(html! {
        (parts::lede(&html! {
            @if list.is_past() { "As it stood on " (list.on.written()) ", as far as is known today: the practices that were yours that day. " }
            a href=(list.asked.with(&list.page(), &narrowed_to("answers", "sharing"))) { (list.sharing) " of " (list.among) " practices" }
            " share their record with you. Each of them sees that you looked today."
        }))
        @if !list.is_past() { p { a href=(href!("/lmc").seg(list.lmc).seg("joining")) { "Bring in a practice" } ", or see which ask to join." } }
        (picker(list))
        section .hr-panel #practices {
            h2 { (heading(list)) }
            @if list.lines.is_empty() { p { "No practice is like that. " a href=(all(list)) { "All practices" } } }
            @else { (matrix(list)) (legend(list)) (files(list)) }
        }
        (as_of(&AsOf {
            page: &list.page(),
            label: "Show the practices as they stood on",
            on: list.on,
            today: list.today(),
            typed: "",
            errors: &[],
        }))
        @if list.sharing < list.among && !list.is_past() { (parts::details("Invite those that do not share", &html! {
            p { "Each practice decides for itself, and can stop at any time." }
            (parts::paste_box("invitation", &invitation::text(name)))
        })) }
        (readers::for_an_officer())
    })
}

/// Nothing but one choice.
fn narrowed_to<'a>(only: &'a str, value: &'a str) -> [(&'a str, &'a str); 8] {
    let names = ["q", "stands", "network", "icb", "answers", "ending", "overdue", "counted"];
    names.map(|name| (name, if name == only { value } else { "" }))
}

fn all(list: &List<'_>) -> Href {
    list.asked.with(&list.page(), &narrowed_to("", ""))
}

/// "29 of 64 practices".
fn heading(list: &List<'_>) -> Markup {
    let count = number::of(list.lines.len().try_into().unwrap_or(u64::MAX), list.among.try_into().unwrap_or(u64::MAX));
    let asked = list.asked;
    html! {
        (count) " practices"
        @if !asked.ending.is_empty() { " · notice served on " (asked.ending) ", which ends within 90 days" }
        @if !asked.overdue.is_empty() { " · reply overdue on " (asked.overdue) }
        @if !asked.counted.is_empty() { " · three or more clinicians counted" }
        @if asked.is_narrowed() { " " a .hr-small href=(all(list)) { "all practices" } }
    }
}

fn picker(list: &List<'_>) -> Markup {
    let asked = list.asked;
    let items: Vec<(&str, &str)> =
        list.menu.iter().map(|item| (item.code.as_str(), item.area_title.as_str())).collect();
    let networks: Vec<(&str, &str)> = list.networks.iter().map(|(name, code)| (code.as_str(), name.as_str())).collect();
    let select = |name, label, first: &[(&'static str, &'static str)], more: &[(&str, &str)], current: &str| {
        let choices = first.iter().copied().chain(more.iter().copied());
        let choices: Vec<Choice<'_>> = choices.map(|(value, label)| Choice::new(value, label, current)).collect();
        form::select(&Field::new(name, label), &choices)
    };
    html! {
        form #pick .hr-pick method="get" action=(list.page()) {
            @for (name, value) in [("on", &asked.on), ("icb", &asked.icb), ("ending", &asked.ending), ("overdue", &asked.overdue), ("counted", &asked.counted)] {
                @if !value.is_empty() { (form::hidden(name, value)) }
            }
            (form::text(&Field::new("q", "Name or code").value(&asked.q).maxlength(60)))
            (select("item", "Item", &[("", "All of them")], &items, &asked.item))
            (select("stands", "Stands", &STANDS, &[], &asked.stands))
            (select("answers", "Heard", &ANSWERS, &[], &asked.answers))
            (select("network", "Network", &[("", "All networks"), (NO_NETWORK, "In none")], &networks, &asked.network))
            (select("sort", "Order", &ORDERS, &[], &asked.sort))
            (form::button(Button::Secondary, "Show"))
        }
    }
}

fn one(list: &List<'_>, practice: &PracticeOn) -> Href {
    on_past(list.page().seg(&practice.code), list.on, list.today())
}

/// One line a practice. The words of the cells are those of the files; the names of items stand upright above theirs.
fn matrix(list: &List<'_>) -> Markup {
    let (columns, shown) = (sheet::columns(list.shown, &list.menu), list.shown);
    let telephone = !list.is_past() && list.lines.iter().any(|line| line.answers == LastHeard::NotSharing);
    let upright = |at: usize| shown == Shown::Matrix && at >= FIRST.len();
    let item = |at: usize| at.checked_sub(FIRST.len()).and_then(|at| list.menu.get(at)).filter(|_| upright(at));
    html! {
        div .hr-scroll .hr-matrix tabindex="0" role="region" aria-label="Practices by item" {
            table .nhsuk-table {
                caption .nhsuk-table__caption .nhsuk-u-visually-hidden { "Practices" }
                thead .nhsuk-table__head { tr {
                    @for (at, name) in columns.iter().enumerate() {
                        th scope="col" .up[upright(at)] {
                            @if let Some(item) = item(at) {
                                a href=(list.asked.with(&list.page(), &[("item", item.code.as_str())])) { (name) }
                            } @else { (name) }
                        }
                    }
                    @if telephone { th scope="col" { "By telephone" } }
                } }
                tbody .nhsuk-table__body {
                    @for line in &list.lines { (row(list, line, telephone)) }
                }
            }
        }
    }
}

fn row(list: &List<'_>, line: &Line<'_>, telephone: bool) -> Markup {
    let practice = line.practice;
    let cells = sheet::cells(list.shown, &list.menu, line);
    // Words of any length end the line; marks of items do not.
    let says = if list.shown == Shown::Matrix { usize::MAX } else { cells.len().saturating_sub(1) };
    html! {
        tr {
            @for (at, cell) in cells.iter().enumerate() {
                @if at == 0 {
                    th scope="row" {
                        @if line.answers == LastHeard::NotSharing { (cell) } @else { a href=(one(list, practice)) { (cell) } }
                    }
                } @else {
                    td .acts[cell == "acts"] .says[at == says] { (cell) }
                }
            }
            @if telephone {
                td {
                    @if line.answers == LastHeard::NotSharing {
                        a href=(seen_by_lmc::telephone(list.lmc, &practice.code)) {
                            "Enter" span .nhsuk-u-visually-hidden { " what " (practice.name) " said" }
                        }
                    }
                }
            }
        }
    }
}

/// What short words mean, as far as they are there.
fn legend(list: &List<'_>) -> Markup {
    let told = list.lines.iter().any(|line| line.stands.contains(&Stand::Entered));
    html! {
        p .hr-small {
            "acts: paused on the day, or notice was served of an end to come. Empty: not heard from."
            @if told { " told: By telephone, not confirmed." }
        }
    }
}

/// The same list to keep.
fn files(list: &List<'_>) -> Markup {
    html! {
        form .hr-actions method="post" action=(list.page().seg("file")) {
            @for (name, value) in list.asked.fields() {
                @if !value.is_empty() { (form::hidden(name, value)) }
            }
            (form::button_named(Button::Secondary, "Download as CSV", "as", "csv"))
            (form::button_named(Button::Secondary, "Download as Excel", "as", "xlsx"))
            (parts::small("For the LMC only. It is this list, line by line; your office’s trail keeps that it was taken."))
        }
    }
}
