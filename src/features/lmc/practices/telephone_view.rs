//! The telephone entry: first the item, then what was said about it.

use entity::ids::{OdsCode, OrgCode};
use maud::{Markup, html};
use serde::Deserialize;

use super::view::as_entered;
use crate::{
    domain::{area::AreaLine, catalogue::Item, name::SubjectName},
    error::FieldError,
    href,
    operations::note_by_telephone::STATUSES,
    ui::{
        area::row,
        form::{self, Button, Choice, Chosen, Field},
        href::Href,
        parts,
        sections::Section,
        sheet::Sheet,
    },
};

/// The form as it was sent, kept for when it has to be shown again.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Entry {
    /// Made with the page: sending the form twice records once.
    pub(super) id: String,
    /// The item.
    pub(super) item: String,
    /// What it is about, where the item has subjects.
    pub(super) subject: String,
    /// What the practice said.
    pub(super) status: String,
    /// Since or from which day.
    pub(super) effective_on: String,
    /// When notice was served.
    pub(super) notice_served_on: String,
    /// For agreements.
    pub(super) exclusively_secondary: String,
}

/// Everything the page shows.
pub(super) struct Page<'a> {
    pub(super) lmc: &'a OrgCode,
    pub(super) practice: &'a OdsCode,
    pub(super) name: &'a str,
    pub(super) items: &'a [&'a Item],
    pub(super) item: Option<&'a Item>,
    pub(super) entry: &'a Entry,
    pub(super) errors: &'a [FieldError],
    pub(super) lines: &'a [AreaLine<'a>],
}

/// The main part.
pub(super) fn page(page: &Page<'_>) -> Sheet {
    let practices = href!("/lmc").seg(page.lmc).seg("practices");
    let action = practices.clone().seg(page.practice).seg("telephone");
    let sheet = Sheet::new(Section::Practices, "What a practice said by telephone")
        .back(&practices, "Practices")
        .errors(page.errors)
        .heading(format!("{} by telephone", page.name));
    sheet.content(html! {
        (parts::lede(&html! {
            "The practice sees what you enter and confirms or removes it. Until then it is marked as yours, and no release counts it."
        }))
        @match page.item {
            Some(item) => (said(page, item, &action)),
            None => (choose(page, &action)),
        }
        (parts::panel("Entered by you and not answered", &html! {
            @if page.lines.is_empty() { p { "Nothing waits for an answer of the practice." } }
            @else { (row(&as_entered(page.lines))) }
        }))
    })
}

fn choose(page: &Page<'_>, action: &Href) -> Markup {
    let mut choices = vec![Choice::new("", "Choose an item", &page.entry.item)];
    choices.extend(page.items.iter().map(|item| Choice::new(item.code.as_str(), &item.title, &page.entry.item)));
    html! {
        form method="get" action=(action) {
            (form::select(&Field::new("item", "What was it about?").errors(page.errors), &choices))
            (form::button(Button::Primary, "Continue"))
        }
    }
}

fn said(page: &Page<'_>, item: &Item, action: &Href) -> Markup {
    let entry = page.entry;
    let statuses: Vec<Choice<'_>> =
        STATUSES.iter().map(|status| Choice::new(status.as_str(), item.label(*status), &entry.status)).collect();
    html! {
        h2 .nhsuk-heading-m { (item.title) }
        p { (item.plain) @if let Some(exception) = &item.exception { " " (exception) } }
        form method="post" action=(action) {
            (form::hidden("id", &entry.id))
            (form::hidden("item", item.code.as_str()))
            @if item.takes_subject() { (subject(page, item)) }
            (form::radios(&Field::new("status", "What did the practice say?").errors(page.errors), &statuses))
            (form::date(&Field::new("effective_on", "Since or from which day").value(&entry.effective_on).errors(page.errors)))
            (form::date(
                &Field::new("notice_served_on", "Day on which notice was served, if it was")
                    .hint("Something that ends later counts once notice of it was served.")
                    .value(&entry.notice_served_on)
                    .errors(page.errors),
            ))
            @if item.refuses_mixed_purpose {
                (form::checkbox(
                    &Field::new("exclusively_secondary", "The agreement serves secondary purposes only").errors(page.errors),
                    "yes",
                    if entry.exclusively_secondary == "yes" { Chosen::Yes } else { Chosen::No },
                ))
            }
            (form::button(Button::Primary, "Save for the practice to confirm"))
        }
        p { a href=(action) { "Choose another item" } }
    }
}

fn subject(page: &Page<'_>, item: &Item) -> Markup {
    let word = item.subject_word.as_deref().unwrap_or("name");
    let label = format!("Which {word}?");
    let hint = if item.suggestions.is_empty() {
        "A short name. Never anything about a patient.".to_owned()
    } else {
        format!(
            "For example {}. Never anything about a patient.",
            item.suggestions.iter().take(3).cloned().collect::<Vec<_>>().join(", ")
        )
    };
    form::text(
        &Field::new("subject", &label)
            .hint(&hint)
            .value(&page.entry.subject)
            .maxlength(SubjectName::MOST)
            .errors(page.errors),
    )
}
