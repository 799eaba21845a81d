//! The diary: what lies ahead, month by month, and the address for calendar programs.

use entity::ids::{LocalDate, OdsCode};
use maud::{Markup, html};

use super::view::{diary_href, notice_href, notices_href};
use crate::{
    domain::diary::{DiaryEntry, DiaryKind, Of},
    href,
    ui::{
        form::{self, Button},
        href::Href,
        parts::{self, TagKind, small, tag},
        sections::Section,
        sheet::Sheet,
        table::{table, words},
    },
};

/// What the page shows.
pub(super) struct View<'a> {
    pub(super) practice: &'a OdsCode,
    pub(super) entries: &'a [DiaryEntry],
    pub(super) today: LocalDate,
    /// The address of the feed, where the person has one.
    pub(super) feed: Option<&'a str>,
    /// Id of the next form.
    pub(super) form: &'a str,
}

pub(super) fn content(view: &View<'_>) -> Sheet {
    Sheet::new(Section::Actions, "Diary").back(&notices_href(view.practice), "Notices").content(html! {
        (parts::lede(&html! { "Last days, plans and replies that are due, from your register, notices and letters." }))
        (parts::two_columns(&ahead(view), &feed(view)))
    })
}

fn ahead(view: &View<'_>) -> Markup {
    let mut months: Vec<(String, Vec<&DiaryEntry>)> = Vec::new();
    for entry in view.entries {
        let month = if entry.on < view.today { "Overdue".to_owned() } else { entry.on.0.format("%B %Y").to_string() };
        match months.last_mut() {
            Some((name, entries)) if *name == month => entries.push(entry),
            _ => months.push((month, vec![entry])),
        }
    }
    html! {
        @if months.is_empty() { (parts::panel("Nothing ahead", &html! { p { "No last day, plan or reply is in the diary." } })) }
        @for (month, entries) in &months {
            @let rows: Vec<Vec<Markup>> = entries.iter().map(|entry| row(view.practice, entry)).collect();
            (parts::panel(month, &table(month, &[words("Day"), words("What")], &rows)))
        }
    }
}

fn row(practice: &OdsCode, entry: &DiaryEntry) -> Vec<Markup> {
    let kind = match entry.kind {
        DiaryKind::LastDay => TagKind::Full,
        DiaryKind::Plan => TagKind::Soon,
        DiaryKind::ReplyDue => TagKind::Quiet,
    };
    vec![
        html! { (entry.on.0.format("%a %-d %b").to_string()) },
        html! {
            a href=(link(practice, entry)) { (entry.name) } " " (tag(kind, entry.kind.title()))
            @if let Some(from) = &entry.from { br; (small(&format!("from {from}"))) }
        },
    ]
}

fn link(practice: &OdsCode, entry: &DiaryEntry) -> Href {
    let practice_href = href!("/practices").seg(practice);
    match &entry.of {
        Of::Letter(id) => practice_href.seg("letters").seg(id),
        Of::Item { notice: Some(notice), .. } => notice_href(practice, *notice),
        Of::Item { item, subject, .. } => {
            let item = practice_href.seg("actions").seg(item);
            match subject {
                Some(subject) => item.query("subject", subject),
                None => item,
            }
        }
    }
}

fn feed(view: &View<'_>) -> Markup {
    let action = diary_href(view.practice).seg("feed");
    parts::panel(
        "In your own calendar",
        &html! {
            p { "A calendar program can read these days from a secret address. Every entry is called “Headroom reminder” and nothing more." }
            @if let Some(feed) = view.feed {
                (parts::paste_box("feed", feed))
                p .hr-small { "Whoever knows the address sees the days. It stops when you revoke it, or when you no longer work for the practice here." }
            }
            form method="post" action=(action) {
                (form::hidden("id", view.form))
                @if view.feed.is_some() {
                    (parts::actions(&html! {
                        (form::button_named(Button::Secondary, "Make a new address", "what", "make"))
                        (form::button_named(Button::Secondary, "Revoke the address", "what", "revoke"))
                    }))
                } @else {
                    (form::button_named(Button::Secondary, "Make an address", "what", "make"))
                }
            }
        },
    )
}
