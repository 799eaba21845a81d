//! The page of one notice: what it says, the form of what came back, and its history.

use entity::ids::{LocalDate, OdsCode};
use maud::{Markup, html};

use super::view::{actions_href, notice_href, notices_href, reply, state};
use crate::{
    domain::{
        calendar,
        name::NoticeNote,
        notice::{Event, Notice},
    },
    href,
    ui::{
        filled::Filled,
        form::{self, Button, Choice},
        href::Href,
        number, outcome,
        parts::{self, small},
        sections::Section,
        sheet::Sheet,
        table::{numbers, table, words},
    },
};

/// What a notice's page shows.
pub(super) struct View<'a> {
    pub(super) practice: &'a OdsCode,
    pub(super) notice: &'a Notice,
    pub(super) service: &'a str,
    pub(super) today: LocalDate,
    pub(super) filled: &'a Filled,
    pub(super) saved: bool,
    /// The template it came from.
    pub(super) from: Option<String>,
}

pub(super) fn content(view: &View<'_>) -> Sheet {
    let saved = view.saved.then_some("It is recorded. The register and the diary say so too.");
    let sheet = Sheet::new(Section::Actions, format!("Notice on {}", view.service))
        .back(&notices_href(view.practice), "Notices")
        .errors(&view.filled.errors)
        .done(saved);
    sheet.content(html! {
        (parts::two_columns(
            &html! { (facts(view)) (came_back(view)) },
            &timeline(view),
        ))
    })
}

fn facts(view: &View<'_>) -> Markup {
    let notice = view.notice;
    let item = actions_href(view.practice).seg(&notice.item).query("subject", notice.subject);
    let funded = match notice.funded {
        Some(true) => "Yes",
        Some(false) => "No",
        None => "Not known",
    };
    let patients = notice.patients.map_or_else(|| "Not estimated".to_owned(), |n| number::thousands(n.into()));
    let due = match (notice.awaits_reply(), notice.reply_due_on) {
        (Some(due), _) => reply(due, view.today),
        (None, Some(due)) => due.short(),
        (None, None) => "No date".to_owned(),
    };
    parts::panel(
        "The notice",
        &html! {
            p { (state(notice.state())) }
            (parts::summary_list(&[
                ("Last day", html! { strong { (notice.ends_on.long()) } }),
                ("Served", html! { (notice.served_on.written()) ", on " (notice.commissioner) }),
                ("Period", html! { (notice.period.words()) }),
                ("Agreement", html! { (notice.contract.title()) }),
                ("Paid for", html! { (funded) }),
                ("Patients affected", html! { (patients) }),
                ("Reply", html! { (due) }),
            ]))
            @if let Some(from) = &view.from { p .hr-small { "From the template of " (from) } }
            p { a href=(item) { "In the register, with its history" } }
            p { a href=(letter(view)) { "Write the letter" } }
            p { a href=(outcome::record_href(view.practice, &notice.item, Some(notice.subject), Some(notice.id))) { "Record what came of it" } }
        },
    )
}

/// The letter's form, with what the notice says filled in.
fn letter(view: &View<'_>) -> Href {
    let notice = view.notice;
    let form = href!("/practices").seg(view.practice).seg("letters");
    let form = form
        .seg("new")
        .query("kind", "notice-on-service")
        .query("notice", notice.id)
        .query("service", view.service)
        .query("commissioner", &notice.commissioner)
        .query("served_on", notice.served_on)
        .query("period", notice.period.words())
        .query("last_day", notice.ends_on);
    match notice.reply_due_on {
        Some(due) => form.query("reply_due_on", due),
        None => form,
    }
}

fn came_back(view: &View<'_>) -> Markup {
    let choices: Vec<Choice<'_>> = Event::ALL
        .iter()
        .filter(|event| event.may_follow(view.notice.state()))
        .map(|event| Choice::new(event.as_str(), event.title(), view.filled.text("event")))
        .collect();
    let action = notice_href(view.practice, view.notice.id);
    html! {
        @if !choices.is_empty() {
            (parts::panel("Record what came back", &html! {
                form method="post" action=(action) {
                    (form::hidden("id", view.filled.text("id")))
                    (form::radios(&view.filled.field("event", "What happened").required(), &choices))
                    (form::date(&view.filled.field("on", "On").required()))
                    (form::text(&view.filled.field("note", "Note").hint("Short, and nothing about a patient.").maxlength(NoticeNote::MOST)))
                    (form::button(Button::Primary, "Save"))
                }
            }))
        }
    }
}

fn timeline(view: &View<'_>) -> Markup {
    let mut rows: Vec<Vec<Markup>> = vec![vec![
        html! { "Served" br; (small(&recorded(view.notice.recorded_at))) },
        html! { (view.notice.served_on.short()) },
    ]];
    rows.extend(view.notice.events.iter().map(|happened| {
        vec![
            html! {
                (happened.event.title())
                @if !happened.note.is_empty() { br; (happened.note) }
                br; (small(&recorded(happened.recorded_at)))
            },
            html! { (happened.on.short()) },
        ]
    }));
    rows.reverse();
    parts::panel("History", &table("History, the newest first", &[words(""), numbers("")], &rows))
}

fn recorded(at: chrono::DateTime<chrono::Utc>) -> String {
    format!("Recorded {}", calendar::london_day(at).short())
}
