//! The network scheme, as a practice reads it: the window now or next, what staying and leaving mean, its own note.

use entity::ids::{LocalDate, OdsCode};
use maud::{Markup, html};

use crate::{
    domain::{
        calendar,
        name::NetworkNoteText,
        network::{Leaning, NetworkBook, NetworkNote, NetworkWindow, WindowDay, WindowStands},
    },
    href,
    ui::{
        filled::Filled,
        form::{self, Button, Choice},
        href::Href,
        parts::{self, TagKind, small, tag},
        sections::Section,
        sheet::Sheet,
        table::{numbers, table, words},
    },
};

/// What the page shows.
#[derive(Debug)]
pub(super) struct View<'a> {
    pub(super) practice: &'a OdsCode,
    pub(super) book: &'a NetworkBook,
    /// The newest first.
    pub(super) notes: &'a [NetworkNote],
    pub(super) today: LocalDate,
    /// The form.
    pub(super) filled: &'a Filled,
    pub(super) saved: bool,
}

pub(super) fn network_href(practice: &OdsCode) -> Href {
    href!("/practices").seg(practice).seg("network")
}

pub(super) fn page(view: &View<'_>) -> Sheet {
    let actions = href!("/practices").seg(view.practice).seg("actions");
    Sheet::new(Section::Actions, "Network scheme (PCN)")
        .back(&actions, "Actions")
        .errors(&view.filled.errors)
        .done(view.saved.then_some("Your note is kept. Nobody outside your practice reads it."))
        .content(html! {
            (parts::lede(&html! { (view.book.scheme) ": when a practice may leave it, what staying and leaving mean, and a note for yourselves." }))
            (parts::two_columns(
                &html! {
                    (parts::panel("The window to leave", &stands(view)))
                    (parts::panel("What it means", &means(view)))
                    (parts::panel("Windows so far", &windows(view)))
                },
                &html! {
                    (parts::panel("Your own note", &note(view)))
                    (parts::panel("Notes so far", &history(view)))
                },
            ))
        })
}

fn stands(view: &View<'_>) -> Markup {
    match view.book.on(view.today) {
        WindowStands::Open(window) => {
            let left = window.closes_on.days_since(view.today);
            html! {
                p { (tag(TagKind::Soon, "Open now")) }
                p {
                    "A window for " (window.year) " is open until " strong { (window.closes_on.written()) } ", "
                    @if left == 0 { "today" } @else if left == 1 { "one day from today" } @else { (left) " days from today" }
                    ". A practice that does nothing stays in."
                }
                (about(window))
            }
        }
        WindowStands::Ahead(window) => html! {
            p { (tag(TagKind::Quiet, "Not open")) }
            p {
                "The next window, for " (window.year) ", "
                @if let Some(opens) = window.opens_on { "opens on " (opens.written()) " and " }
                "closes on " (window.closes_on.written()) "."
            }
            (about(window))
        },
        WindowStands::Closed(window) => html! {
            p { (tag(TagKind::Quiet, "Not open")) }
            p {
                "The last window that Headroom knows of, for " (window.year) ", closed on " (window.closes_on.written())
                ". It does not know the next yet: one comes each year, so far in spring, and one after each change within the year. Your LMC will know of it."
            }
        },
        WindowStands::Unknown => html! { p { "No window is known here. Your LMC can say when there is one." } },
    }
}

fn about(window: &NetworkWindow) -> Markup {
    html! {
        p { "What opened it: " (window.trigger) "." }
        @if window.notice.is_empty() { p { "Headroom does not know how notice is given. The year’s specification says, and your LMC can tell you." } }
        @else { p { "Notice: " (window.notice) "." } }
        p .hr-small { "Source: " (window.source) }
    }
}

fn surely(day: WindowDay) -> Option<&'static str> {
    match day {
        WindowDay::Seen => None,
        WindowDay::Recalled => Some("not checked"),
        WindowDay::NotSeen => Some("not known here"),
    }
}

fn means(view: &View<'_>) -> Markup {
    html! {
        @for rule in &view.book.rules {
            p { strong { (rule.title) ". " } (rule.text) @if let Some(how) = surely(rule.status) { " (" (how) ")" } }
        }
        @for change in view.book.changes.iter().filter(|change| change.on <= view.today) {
            p { strong { "Since " (change.on.written()) ". " } (change.text) }
        }
        (parts::details("Where this was read", &html! {
            @for rule in &view.book.rules { p { (rule.title) ": " (rule.source) } }
            @for change in &view.book.changes { p { (change.on.written()) ": " (change.source) } }
            p { "Checked " (view.book.checked_on.written()) ", edition " (view.book.edition) "." }
        }))
        p { "This page says what is known of the scheme. It is not advice to stay or to leave." }
    }
}

fn windows(view: &View<'_>) -> Markup {
    let rows: Vec<Vec<Markup>> = view
        .book
        .windows
        .iter()
        .rev()
        .map(|window| {
            vec![
                html! { (window.year) br; (small(&window.trigger)) },
                html! {
                    @match window.opens_on { Some(opens) => (opens.short()), None => "–" }
                    @if let Some(how) = surely(window.opens) { br; (small(how)) }
                },
                html! {
                    (window.closes_on.short())
                    @if let Some(how) = surely(window.closes) { br; (small(how)) }
                },
            ]
        })
        .collect();
    html! {
        (table("Windows, the newest first", &[words("Year"), numbers("Opened"), numbers("Closed")], &rows))
        (parts::details("Sources of the windows", &html! {
            @for window in view.book.windows.iter().rev() {
                p { (window.year) ", to " (window.closes_on.written()) ": " (window.source) @if !window.notice.is_empty() { ". Notice: " (window.notice) } }
            }
        }))
    }
}

fn note(view: &View<'_>) -> Markup {
    let filled = view.filled;
    let choices: Vec<Choice<'_>> =
        Leaning::ALL.iter().map(|one| Choice::new(one.as_str(), one.label(), filled.text("leaning"))).collect();
    html! {
        p { "For yourselves alone. Your LMC does not see it, no release counts it, and no question of your LMC is answered by it." }
        form method="post" action=(network_href(view.practice)) novalidate {
            (form::hidden("id", filled.text("id")))
            (form::radios(&filled.field("leaning", "Where your practice stands").required(), &choices))
            (form::text(&filled.field("note", "A few words, if you like").hint("No patient and no person.").maxlength(NetworkNoteText::MOST).autocomplete("off")))
            (form::button(Button::Primary, "Keep the note"))
        }
    }
}

fn history(view: &View<'_>) -> Markup {
    let rows: Vec<Vec<Markup>> = view
        .notes
        .iter()
        .map(|one| {
            vec![
                html! { (one.says.leaning.label()) @if let Some(text) = &one.says.note { br; (small(text.as_str())) } },
                html! { (calendar::london_day(one.recorded_at).short()) },
            ]
        })
        .collect();
    html! {
        @if rows.is_empty() { p { "None yet." } }
        @else {
            (table("Your notes, the newest first", &[words("Note"), numbers("Kept")], &rows))
            p .hr-small { "A later note does not remove an earlier one." }
        }
    }
}
