//! Who has not answered, which replies are overdue, which services end.

use std::collections::BTreeSet;

use entity::ids::OdsCode;
use maud::{Markup, html};

use super::super::shown_view::Area;
use crate::{
    domain::area::{EndingNotice, Overdue, Waiting},
    ui::{number, parts, table},
};

/// So many rows of a list; the page stays short.
const MOST: usize = 10;

fn practice(area: &Area<'_>, code: &OdsCode, name: &str) -> Markup {
    html! { a href=(area.own().seg("practices").seg(code)) { (name) } }
}

fn more(rows: usize, all: &Markup) -> Markup {
    let left = u64::try_from(rows.saturating_sub(MOST)).unwrap_or(u64::MAX);
    html! { @if left > 0 { p .hr-small { "And " (number::thousands(left)) " more. " (all) } } }
}

/// Practices that share and have not answered in the week: all of them, those after the first folded away.
pub(super) fn waiting(area: &Area<'_>) -> Markup {
    let live = area.live.is_some();
    // On a past day a practice that had not begun did not leave anything unanswered.
    let waiting: Vec<&Waiting> = area.status.waiting.iter().filter(|one| live || one.last_week.is_some()).collect();
    let title = if live {
        "Share and have not answered this week"
    } else {
        "Had recorded before and not answered in that week"
    };
    let (first, rest) = waiting.split_at(waiting.len().min(MOST));
    let columns = || [table::words("Practice"), table::words("Last heard from")];
    let rows = |some: &[&Waiting]| -> Vec<Vec<Markup>> {
        let one = |one: &&Waiting| {
            let last = one.last_week.map(|week| format!("week to {}", week.short()));
            vec![practice(area, &one.practice, &one.name), html! { (last.unwrap_or_else(|| "never".to_owned())) }]
        };
        some.iter().map(one).collect()
    };
    let none = if area.status.heard.sharing == 0 {
        "No practice shares with you yet."
    } else {
        "Every practice that shares has answered."
    };
    let none = if live { none } else { "Every practice heard from by then had answered." };
    html! {
        div #waiting {
            (parts::panel(title, &html! {
                @if first.is_empty() { p { (none) } }
                @else { (table::table(title, &columns(), &rows(first))) }
                @if !rest.is_empty() {
                    (parts::details(&format!("{} more", rest.len()), &table::table("More of them", &columns(), &rows(rest))))
                }
            }))
        }
    }
}

/// Replies to served notices that are overdue, by service, the longest first.
pub(super) fn overdue(area: &Area<'_>) -> Markup {
    let title = "Replies overdue";
    let mut services: Vec<(String, Vec<&Overdue>)> = Vec::new();
    for one in &area.status.overdue {
        let name = one.service.to_lowercase();
        match services.iter_mut().find(|(known, _)| *known == name) {
            Some((_, notices)) => notices.push(one),
            None => services.push((name, vec![one])),
        }
    }
    let shown = services.iter().take(MOST);
    let rows: Vec<Vec<Markup>> = shown
        .filter_map(|(_, notices)| {
            let first = notices.first()?;
            let by: BTreeSet<&OdsCode> = notices.iter().map(|one| &one.practice).collect();
            let n = u64::try_from(by.len()).unwrap_or(u64::MAX);
            Some(vec![
                html! { (first.service) },
                html! {
                    @if n == 1 { (practice(area, &first.practice, &first.name)) }
                    @else { a href=(area.which(&[("overdue", &first.service)])) { (number::thousands(n)) " practices" } }
                },
                html! { (first.due_on.short()) },
            ])
        })
        .collect();
    let columns = [table::words("Notice on"), table::words("By"), table::words("Due since")];
    parts::panel(
        title,
        &html! {
            @if rows.is_empty() {
                p { "No reply to a notice of a practice that shares is overdue." }
            } @else {
                (table::table(title, &columns, &rows))
                (more(services.len(), &html! {}))
            }
        },
    )
}

/// Services that end.
pub(super) fn ending(area: &Area<'_>) -> Markup {
    let ending: &[EndingNotice] = &area.status.ending;
    let rows: Vec<Vec<Markup>> = ending
        .iter()
        .map(|service| {
            vec![
                html! { (service.name) },
                html! {
                    a href=(area.which(&[("ending", &service.name)])) {
                        (number::counted(service.practices.into(), "practice", "practices"))
                    }
                },
                html! {
                    (service.first.short())
                    @if service.last != service.first { " to " (service.last.short()) }
                },
            ]
        })
        .collect();
    let columns = [table::words("Service"), table::words("Practices"), table::words("Last day")];
    parts::panel(
        "Services ending in 90 days",
        &html! {
            @if rows.is_empty() { p { "No practice that shares has recorded a served notice that ends in the next 90 days." } }
            @else { (table::table("Services ending in 90 days", &columns, &rows)) }
        },
    )
}
