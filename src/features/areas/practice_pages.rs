//! Practices as their LMC sees them: values in, markup out.

use entity::ids::{LocalDate, OdsCode, OrgCode};
use maud::{Markup, html};

use crate::{
    domain::{area::Line, catalogue::Status, limit::PracticeDay, organisation::PracticeOn},
    href,
    ui::{
        area::{Said, row},
        form::{self, Button},
        href::Href,
        number, parts,
        parts::TagKind,
        table,
    },
};

/// A practice that shares.
pub(super) struct Sharing<'a> {
    pub(super) practice: &'a PracticeOn,
    pub(super) said: Vec<Said>,
    pub(super) last_week: Option<LocalDate>,
}

/// A practice that does not, with what the LMC entered for it.
pub(super) struct Other<'a> {
    pub(super) practice: &'a PracticeOn,
    pub(super) said: Vec<Said>,
}

/// One practice.
pub(super) struct One<'a> {
    pub(super) lmc: &'a OrgCode,
    pub(super) code: &'a OdsCode,
    pub(super) name: &'a str,
    pub(super) lines: &'a [Line<'a>],
    pub(super) last_week: Option<LocalDate>,
    pub(super) today: Option<PracticeDay>,
}

/// What differs from everyday work: what is paused, ends or was taken up again.
pub(super) fn in_force(lines: &[Line<'_>]) -> Vec<Said> {
    let told = lines.iter().filter(|line| line.status != Status::Running);
    told.map(said).collect()
}

/// Everything that was entered, whatever it says.
pub(super) fn as_entered(lines: &[Line<'_>]) -> Vec<Said> {
    lines.iter().map(said).collect()
}

fn said(line: &Line<'_>) -> Said {
    Said {
        about: about(line),
        word: line.item.tag(line.status).to_owned(),
        kind: kind(line.status),
        day: day(line),
        unconfirmed: line.unconfirmed,
    }
}

fn about(line: &Line<'_>) -> String {
    line.subject.map_or_else(
        || line.item.title.clone(),
        |subject| format!("{}: {subject}", line.item.title),
    )
}

fn kind(status: Status) -> TagKind {
    match status {
        Status::PausedSince => TagKind::Paused,
        Status::PausingFrom => TagKind::Soon,
        Status::Restarted => TagKind::Run,
        Status::Running | Status::Thinking => TagKind::Quiet,
    }
}

fn day(line: &Line<'_>) -> String {
    let word = match line.status {
        Status::PausingFrom if line.notice_served_on.is_some() => "ends",
        Status::PausingFrom => "from",
        _ => "since",
    };
    let day = if line.about {
        format!("about {}", line.day.0.format("%b %Y"))
    } else {
        line.day.short()
    };
    format!("{word} {day}")
}

fn telephone(lmc: &OrgCode, practice: &OdsCode) -> Href {
    href!("/lmc")
        .seg(lmc)
        .seg("practices")
        .seg(practice)
        .seg("telephone")
}

/// All practices of the area.
pub(super) fn list(lmc: &OrgCode, sharing: &[Sharing<'_>], others: &[Other<'_>]) -> Markup {
    let all = sharing.len().saturating_add(others.len());
    html! {
        (parts::heading("Practices"))
        (parts::lede(&html! {
            (sharing.len()) " of " (all) " practices share their record with you. Each practice sees that you looked today."
        }))
        (parts::panel("Practices that share with you", &html! {
            @if sharing.is_empty() { p { "No practice shares its record with you yet." } }
            @else { (sharing_table(lmc, sharing)) }
        }))
        (parts::panel("Not sharing with you", &html! {
            @if others.is_empty() { p { "Every practice shares its record with you." } }
            @else {
                p { "You see nothing of what these practices recorded, only what you entered yourself and they have not answered." }
                (others_table(lmc, others))
            }
        }))
    }
}

fn sharing_table(lmc: &OrgCode, sharing: &[Sharing<'_>]) -> Markup {
    let columns = [
        table::words("Practice"),
        table::words("What is paused or ending"),
        table::words("Last answered"),
    ];
    let rows: Vec<Vec<Markup>> = sharing
        .iter()
        .map(|one| {
            let page = href!("/lmc").seg(lmc).seg("practices").seg(&one.practice.code);
            vec![
                html! { a href=(page) { (one.practice.name) } br; (parts::small(one.practice.code.as_str())) },
                row(&one.said),
                html! { (last_answered(one.last_week)) },
            ]
        })
        .collect();
    stacked(&table::table(
        "Practices that share with you",
        &columns,
        &rows,
    ))
}

fn others_table(lmc: &OrgCode, others: &[Other<'_>]) -> Markup {
    let columns = [
        table::words("Practice"),
        table::words("What you entered"),
        table::words("By telephone"),
    ];
    let rows: Vec<Vec<Markup>> = others
        .iter()
        .map(|one| {
            vec![
                html! { (one.practice.name) br; (parts::small(one.practice.code.as_str())) },
                html! { @if one.said.is_empty() { (parts::small("Nothing")) } @else { (row(&one.said)) } },
                html! {
                    a href=(telephone(lmc, &one.practice.code)) {
                        "Enter" span .nhsuk-u-visually-hidden { " what " (one.practice.name) " said" }
                    }
                },
            ]
        })
        .collect();
    stacked(&table::table("Not sharing with you", &columns, &rows))
}

/// On a phone the cells of a row stand under each other: what a practice said needs the width.
fn stacked(table: &Markup) -> Markup {
    html! { div .hr-stack { (table) } }
}

fn last_answered(week: Option<LocalDate>) -> String {
    week.map_or_else(
        || "Not heard from yet".to_owned(),
        |week| format!("Week to {}", week.short()),
    )
}

/// One practice that shares.
pub(super) fn one(one: &One<'_>) -> Markup {
    let back = href!("/lmc").seg(one.lmc).seg("practices");
    html! {
        (parts::back_link(&back, "Practices"))
        (parts::heading(one.name))
        (parts::lede(&html! {
            (one.code) " · "
            @match one.last_week {
                Some(week) => { "last answered for the week to " (week.written()) }
                None => { "not heard from yet" }
            }
            " · the practice sees that you looked today"
        }))
        (parts::actions(&form::button_link(
            Button::Secondary,
            "Enter what they said by telephone",
            &telephone(one.lmc, one.code),
        )))
        (parts::panel("What it has recorded", &html! {
            @if one.lines.is_empty() { p { "Nothing that leaves the practice." } }
            @else { (lines_table(one.lines)) }
        }))
        (parts::panel("Left today", &html! {
            @match one.today {
                Some(day) => p .nhsuk-u-margin-bottom-0 {
                    strong { (number::thousands(day.left.into())) " left" } " of " (number::thousands(day.limit.into()))
                    " · " (number::thousands(day.counted.into())) " counted by "
                    (number::counted(day.clinicians.into(), "clinician", "clinicians"))
                    ", " (number::thousands(day.full.into())) " at or over the limit"
                },
                None => p .nhsuk-u-margin-bottom-0 { "Shown when three or more clinicians have counted today." },
            }
        }))
    }
}

fn lines_table(lines: &[Line<'_>]) -> Markup {
    let columns = [
        table::words("Item"),
        table::words("State"),
        table::words("Day"),
    ];
    let rows: Vec<Vec<Markup>> = lines
        .iter()
        .map(|line| {
            vec![
                html! { (about(line)) },
                html! {
                    (parts::tag(kind(line.status), line.item.tag(line.status)))
                    @if line.unconfirmed { " " (parts::tag(TagKind::Quiet, "By telephone, not confirmed")) }
                },
                html! {
                    (day(line))
                    @if let Some(served) = line.notice_served_on { br; (parts::small(&format!("notice served {}", served.short()))) }
                },
            ]
        })
        .collect();
    table::table("What it has recorded", &columns, &rows)
}
