//! The page of those who manage a practice.

use chrono::{DateTime, Utc};
use entity::ids::GrantId;
use maud::{Markup, html};
use serde::Deserialize;
use uuid::Uuid;

use crate::{
    domain::calendar,
    error::FieldError,
    ui::{
        form::{self, Button, Field, Width},
        href::Href,
        parts,
        sections::Section,
        sheet::Sheet,
        table,
    },
};

/// Somebody who manages the practice.
#[derive(Debug, Clone)]
pub(super) struct Manager {
    pub(super) grant: GrantId,
    pub(super) is_own: bool,
    pub(super) name: String,
    pub(super) email: String,
    pub(super) since: DateTime<Utc>,
}

/// Somebody who asks to.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    pub(super) id: Uuid,
    pub(super) name: String,
    pub(super) email: String,
    pub(super) on: DateTime<Utc>,
    /// Whether the LMC proposed them.
    pub(super) by_lmc: bool,
}

/// Who is shown.
#[derive(Debug, Clone, Copy)]
pub(super) struct Managers<'a> {
    pub(super) base: &'a Href,
    pub(super) present: &'a [Manager],
    pub(super) asked: &'a [Asked],
    pub(super) mails: bool,
}

/// The form, as typed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct NewManager {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) email: String,
}

/// The page.
pub(super) fn page(lists: &Managers<'_>, typed: &NewManager, errors: &[FieldError], link: Option<&str>) -> Sheet {
    Sheet::new(Section::People, "Who manages this practice").errors(errors).content(html! {
        (parts::lede(&html! { "Whoever is here sees and records everything of the practice, and lets others in." }))
        @if let Some(link) = link {
            (parts::fresh_link("password-link", "Give them this link to choose a password. It is shown this once, and works once, within seven days:", link))
        }
        @if !lists.asked.is_empty() { (parts::panel("These ask to", &asking(lists))) }
        div #managers tabindex="-1" { (parts::panel("These do", &present(lists))) }
        (parts::panel("Let somebody in", &html! {
            form method="post" action=(lists.base) novalidate {
                (form::hidden("id", &typed.id))
                (form::text(&Field::new("name", "Name").value(&typed.name).maxlength(80).width(Width::Twenty).errors(errors)))
                (form::email(&Field::new("email", "Their own address at work").value(&typed.email).maxlength(254).width(Width::Twenty).errors(errors)))
                (form::button(Button::Primary, "Let them in"))
            }
            @if lists.mails { p .hr-small { "They get a mail with a link to choose a password; who is known here already signs in as before." } }
        }))
    })
}

fn asking(lists: &Managers<'_>) -> Markup {
    html! {
        @for one in lists.asked {
            section .hr-asking {
                p {
                    strong { (one.name) } ", " (one.email) ", "
                    @if one.by_lmc { "whom your LMC proposed on " } @else { "who asked on " }
                    (calendar::london_day(one.on).written()) "."
                }
                form method="post" action=(lists.base.clone().seg("asked").seg(one.id).seg("let-in")) {
                    (form::small_button("Let in", &one.name))
                }
                form method="post" action=(lists.base.clone().seg("asked").seg(one.id).seg("decline")) {
                    (form::small_button("Decline", &one.name))
                }
            }
        }
        p .hr-small { "Let in only people you know. Nobody who asked or proposed is told what you decide." }
    }
}

fn present(lists: &Managers<'_>) -> Markup {
    let columns = [table::words("Name"), table::words("Address"), table::words("Since"), table::words("")];
    let rows: Vec<Vec<Markup>> = lists
        .present
        .iter()
        .map(|one| {
            vec![
                html! { (one.name) @if one.is_own { " (you)" } },
                html! { (one.email) },
                html! { (calendar::london_day(one.since).written()) },
                html! {
                    @if lists.present.len() > 1 {
                        form method="post" action=(lists.base.clone().seg(one.grant).seg("remove")) {
                            (form::small_button("Take out", &one.name))
                        }
                    }
                },
            ]
        })
        .collect();
    table::table("Who manages this practice", &columns, &rows)
}
