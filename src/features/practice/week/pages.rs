//! This week, as markup. The fragments are the same functions that the page calls.

use entity::ids::{ItemCode, LocalDate, OdsCode, SubjectId};
use maud::{Markup, html};

use super::{
    Before, Capacity, RegisterPart, SharingPart, Week, question_pages,
    todo::{ReplyTo, Todo, What},
};
use crate::{
    domain::{access::Role, calendar, divert, register::Line},
    href,
    ui::{
        figures,
        form::{self, Button},
        href::Href,
        live, number,
        parts::{self, small},
        register,
        table::{numbers, table, words},
    },
};

fn at(practice: &OdsCode) -> Href {
    href!("/practices").seg(practice)
}

pub(super) fn week(week: &Week) -> Markup {
    html! {
        (form::error_summary(&question_pages::errors(&week.questions)))
        (parts::heading(&format!("Week to {}", week.ending.0.format("%A %-d %B"))))
        (parts::lede(&html! { (said(week)) }))
        (buttons(week))
        (question_pages::questions(&week.questions))
        (parts::two_columns(
            &register(&week.register),
            &html! { (capacity(&week.capacity)) (sharing(&week.practice, &week.sharing)) },
        ))
        p .hr-small { a href=(at(&week.practice).seg("drafts")) { "Drafts for returns you type elsewhere" } }
    }
}

/// Where the week stands, and the week before.
fn said(week: &Week) -> String {
    let now = match week.sent {
        Some(at) => format!("Sent on {} at {}.", calendar::london_day(at).long(), calendar::london_time(at)),
        None if week.changed => "You recorded a change this week.".to_owned(),
        None if week.today == week.ending => "Due today.".to_owned(),
        None if week.today < week.ending => "Due on Friday.".to_owned(),
        None => "It was due on Friday; it still counts.".to_owned(),
    };
    let before = match week.before {
        Before::OnTime => " Last week was sent on time.",
        Before::Late => " Last week was sent late.",
        Before::Missing => " Last week was not sent.",
        Before::Nothing => "",
    };
    format!("{now}{before}")
}

fn buttons(week: &Week) -> Markup {
    let label = if week.changed { "Nothing else changed" } else { "Nothing changed" };
    let changed = if week.sent.is_some() { "Record a change" } else { "Something changed" };
    parts::actions(&html! {
        @if week.sent.is_none() {
            form method="post" action=(at(&week.practice).seg("week")) {
                (form::hidden("week", &week.ending.to_string()))
                (form::button(Button::Primary, label))
            }
        }
        (form::button_link(Button::Secondary, changed, &at(&week.practice).seg("actions")))
    })
}

/// What to do and what is paused: fetched again when the register or the consent changes.
pub(super) fn register(part: &RegisterPart) -> Markup {
    let get = at(&part.practice).seg("week").seg("register");
    live::live_fragment("register", &get, &["register", "sharing"], &html! { (to_do(part)) (paused(part)) })
}

fn to_do(part: &RegisterPart) -> Markup {
    let rows: Vec<Vec<Markup>> =
        part.todo.iter().map(|todo| vec![what(part, todo), html! { (due(todo.due, part.today)) }]).collect();
    parts::panel(
        "To do",
        &html! {
            @if rows.is_empty() { p { "Nothing within the next 13 weeks." } }
            @else { (table("To do, by date", &[words(""), numbers("")], &rows)) }
            p .hr-small .nhsuk-u-margin-bottom-0 { a href="/reminders" { "Your reminders, and whether they are mailed" } }
        },
    )
}

/// "Today", "Mon 23 Nov", "1 Feb 2027".
fn due(day: LocalDate, today: LocalDate) -> String {
    if day < today {
        "Overdue".to_owned()
    } else if day == today {
        "Today".to_owned()
    } else if day.0.format("%Y").to_string() == today.0.format("%Y").to_string() {
        day.0.format("%a %-d %b").to_string()
    } else {
        day.short()
    }
}

fn what(part: &RegisterPart, todo: &Todo) -> Markup {
    let practice = at(&part.practice);
    html! {
        @match &todo.what {
            What::LastDay { name, served } => {
                "Last day of " (name)
                @if let Some(served) = served { " " (small(&format!("(notice served {})", served.written()))) }
            },
            What::Plan { name, tag } => { (name) ": " (tag) " this day" },
            What::ReplyDue { to, name, from } => {
                "Reply due from " (from) ": "
                @match to {
                    ReplyTo::Notice(notice) => { a href=(practice.seg("notices").seg(notice)) { "notice on " (name) } }
                    ReplyTo::Letter(letter) => { a href=(practice.seg("letters").seg(letter)) { "letter, " (name) } }
                }
            },
            What::StillPaused { item, subject, name, tag, outcome } => {
                "Outcome of " (name) ": " (outcome) ". The register says “" (tag) "”. "
                a href=(item_href(&part.practice, item, *subject)) { "Is that still so?" }
            },
            What::Noted { id, noted } => {
                "Your LMC noted by telephone: " (noted) ". Is it so?"
                (register::answers(&part.practice, *id, noted, &practice))
            },
            What::NoCount { labels, since } => {
                (labels) ": no count "
                @match since {
                    Some(day) => { "since " (day.0.format("%A %-d %B").to_string()) },
                    None => { "of late" },
                }
                ". " a href=(practice.seg("capacity")) { "Fill in the day sheet" }
            },
            What::Consent => {
                "Decide whether your LMC sees your items. "
                a href=(practice.seg("sharing")) { "See what it would see" }
            },
        }
    }
}

fn paused(part: &RegisterPart) -> Markup {
    let rows: Vec<Vec<Markup>> = part
        .paused
        .iter()
        .map(|line| {
            vec![
                html! { a href=(line_href(&part.practice, line)) { (line.name()) } },
                register::state(line),
                html! { (register::when(line)) },
            ]
        })
        .collect();
    let all = format!("All {} items, with history", part.items);
    parts::panel(
        "What we have paused",
        &html! {
            @if rows.is_empty() { p { "Nothing is paused, planned or thought about." } }
            @else { (table("Paused items", &[words("Item"), words("State"), numbers("Since")], &rows)) }
            p .nhsuk-u-margin-top-3 .nhsuk-u-margin-bottom-0 { a href=(at(&part.practice).seg("actions")) { (all) } }
        },
    )
}

fn line_href(practice: &OdsCode, line: &Line) -> Href {
    let subject = line.subject.as_ref().map(|(id, _)| *id);
    item_href(practice, &line.item, subject)
}

fn item_href(practice: &OdsCode, item: &ItemCode, subject: Option<SubjectId>) -> Href {
    let href = at(practice).seg("actions").seg(item);
    match subject {
        Some(id) => href.query("subject", id),
        None => href,
    }
}

/// What is left today: fetched again when somebody counts.
pub(super) fn capacity(capacity: &Capacity) -> Markup {
    let day = capacity.day;
    let get = at(&capacity.practice).seg("week").seg("capacity");
    let clinicians = number::counted(day.clinicians.into(), "clinician", "clinicians");
    let panel = parts::panel(
        "Capacity today",
        &html! {
            @if day.clinicians == 0 {
                p { "Nobody has a count today yet." }
            } @else {
                (figures::practice_day(day, &clinicians))
                p .hr-small .nhsuk-u-margin-bottom-2 { (near(capacity)) }
            }
            @if let Some(going) = &capacity.divert {
                p { strong { (divert::says(Some(going), calendar::london_day(going.started_at))) } " " a href=(at(&capacity.practice).seg("divert")) { "Open the divert page" } }
            }
            a href=(at(&capacity.practice).seg("capacity")) { "Open the capacity page" }
        },
    );
    live::live_fragment("capacity", &get, &["contacts", "divert"], &panel)
}

/// "Dr B is at 24 of 25. Nobody is over."
fn near(capacity: &Capacity) -> String {
    let mut says: Vec<String> = capacity
        .near
        .iter()
        .take(3)
        .map(|(label, counted, limit)| format!("{label} is at {counted} of {limit}."))
        .collect();
    let more = capacity.near.len().saturating_sub(3);
    if more > 0 {
        says.push(format!("{more} more are near or over."));
    }
    says.push(match capacity.day.clinicians_over {
        0 => "Nobody is over.".to_owned(),
        1 => "One is over.".to_owned(),
        n => format!("{n} are over."),
    });
    says.join(" ")
}

fn sharing(practice: &OdsCode, part: &SharingPart) -> Markup {
    let page = at(practice).seg("sharing");
    let releases = href!("/releases/latest");
    let releases = match &part.icb {
        Some(icb) => releases.query("icb", icb),
        None => releases,
    };
    let says = match part.shared {
        Some(true) => "Your LMC sees your practice’s items.",
        Some(false) => "Your LMC does not see your practice’s items: you decided so.",
        None => "Your LMC does not see your practice’s items: you have not decided yet.",
    };
    parts::panel(
        "Who sees this",
        &html! {
            p { (says) " The ICB sees none of them: it reads four-weekly figures for whole ICBs, with random noise." }
            ul .nhsuk-list {
                li { a href=(page) { "See exactly what the LMC sees" } }
                li { a href=(releases) { "See exactly what the ICB sees" } }
                li {
                    a href={ (page) "#receipts" } { "Who looked at our row" }
                    @if let Some((role, at)) = &part.last { " " (small(&looked(role, *at))) }
                }
            }
        },
    )
}

/// "LMC officer, 3 Nov 14:02".
fn looked(role: &str, at: chrono::DateTime<chrono::Utc>) -> String {
    let title = role.parse::<Role>().map_or_else(|_| role.to_owned(), |role| role.title().to_owned());
    let day = calendar::london_day(at);
    format!("{title}, {} {}", day.0.format("%-d %b"), calendar::london_time(at))
}

#[cfg(test)]
mod tests;
