//! Keys of programs, as markup.

use chrono::{DateTime, Utc};
use entity::ids::{OdsCode, OrgCode};
use maud::{Markup, html};
use uuid::Uuid;

use crate::{
    domain::{
        access::{KeyScope, Role},
        calendar,
    },
    error::FieldError,
    href,
    operations::make_api_key::{LIVES, MOST_KEYS},
    store::api_keys::ApiKeyRow,
    ui::{
        form::{self, Button, Choice, Field, Width},
        href::Href,
        key_link,
        parts::{self, TagKind, small, tag},
        sections::Section,
        sheet::Sheet,
        table::{table, words},
    },
};

/// Longest name of a key.
pub(super) const LONGEST_NAME: usize = 60;

/// What was made a moment ago.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Made {
    Nothing,
    /// A key, which is shown this once.
    Key(String),
    /// The form was sent again: nobody has the key any more but whoever was shown it.
    Before,
}

/// What was typed into the form.
#[derive(Debug, Default)]
pub(super) struct Typed {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) scopes: Vec<KeyScope>,
    pub(super) days: String,
}

/// A key on the list.
#[derive(Debug)]
pub(super) struct Key {
    pub(super) row: ApiKeyRow,
    /// How it begins.
    pub(super) begins: String,
    pub(super) scopes: Vec<KeyScope>,
    pub(super) has_ended: bool,
    /// Whoever made it, by name.
    pub(super) made_by: Option<String>,
}

/// The page.
#[derive(Debug)]
pub(super) struct Keys<'a> {
    pub(super) role: Role,
    pub(super) organisation: &'a OrgCode,
    pub(super) name: &'a str,
    pub(super) held: Vec<Key>,
    pub(super) made: &'a Made,
    pub(super) typed: &'a Typed,
    pub(super) errors: &'a [FieldError],
}

/// Where the page stands, and the way back from it.
fn place(page: &Keys<'_>) -> (Section, Href, &'static str) {
    let of = |base: Href| base.seg(page.organisation);
    match page.role {
        Role::PracticeManager => (Section::People, of(href!("/practices")).seg("people"), "People"),
        Role::LmcOfficer => (Section::Office, of(href!("/lmc")).seg("office"), "Office"),
        Role::IcbAnalyst | Role::Administrator => (Section::AllReleases, href!("/releases"), "All releases"),
    }
}

pub(super) fn keys(page: &Keys<'_>) -> Sheet {
    let (section, back, to) = place(page);
    let again = "This key was made before and cannot be shown again. End it and make another one if nobody copied it.";
    let again = (*page.made == Made::Before).then_some(again);
    Sheet::new(section, "Keys for programs").back(&back, to).errors(page.errors).done(again).content(html! {
        (parts::lede(&html! {
            "A key lets a program of " (page.name) " use Headroom’s API without anybody signing in. It never does more than "
            "you may do yourself, and no key opens accounts, people or keys."
        }))
        (parts::two_columns(
            &html! {
                @if let Made::Key(key) = page.made { (parts::panel("Your new key", &fresh(key))) }
                (parts::panel("Keys", &list(page)))
            },
            &parts::panel("Make a key", &make(page)),
        ))
        @if let Ok(practice) = OdsCode::try_from(page.organisation) && page.role == Role::PracticeManager {
            (key_link::link_to_webhooks(&practice))
        }
    })
}

fn fresh(key: &str) -> Markup {
    html! {
        p { "Copy it now, into a file that only the program reads. It is shown only this once, and is not kept here." }
        p { code #new-key .hr-code { (key) } }
        (parts::copy_button("new-key", "Copy the key"))
    }
}

/// The day and the hour.
fn hour(at: DateTime<Utc>) -> String {
    let time = calendar::london_time(at);
    let hour = time.split(':').next().unwrap_or_default().to_owned();
    format!("{}, {hour}:00 to {hour}:59", calendar::london_day(at).short())
}

fn list(page: &Keys<'_>) -> Markup {
    if page.held.is_empty() {
        return html! { p { "No key yet." } };
    }
    let rows: Vec<Vec<Markup>> = page.held.iter().map(|key| row(page, key)).collect();
    let columns = [words("Key"), words("May"), words("Last used"), words("Works until"), words("")];
    html! {
        (table("Keys, the newest first", &columns, &rows))
        p { (small("A key goes on working when whoever made it leaves. End it when its program is no longer needed.")) }
    }
}

fn row(page: &Keys<'_>, key: &Key) -> Vec<Markup> {
    let until = calendar::london_day(key.row.expires_at).short();
    vec![
        html! {
            (key.row.name) br;
            code .hr-code { (key.begins) "…" } br;
            @let made_by = key.made_by.as_deref().unwrap_or("somebody");
            (small(&format!("made by {made_by}, {}", calendar::london_day(key.row.created_at).short())))
        },
        html! { @for (at, scope) in key.scopes.iter().enumerate() { @if at > 0 { br; } (scope.title()) } },
        html! {
            @match key.row.last_used_at { Some(at) => (hour(at)), None => "Never" }
            @if let Some(at) = key.row.last_files_at { br; (small(&format!("files {}", calendar::london(at)))) }
        },
        html! { @if key.has_ended { (tag(TagKind::Quiet, "Ended")) " " } (until) },
        html! {
            form method="post" action=(key_link::page_of(page.organisation).seg(key.row.id).seg("revoke")) {
                (form::small_button(if key.has_ended { "Remove" } else { "End" }, &key.row.name))
            }
        },
    ]
}

fn make(page: &Keys<'_>) -> Markup {
    let (typed, errors) = (page.typed, page.errors);
    let offered = KeyScope::offered_to(page.role);
    let scopes: Vec<Choice<'_>> = offered
        .iter()
        .map(|scope| {
            // With one alone there is nothing to choose.
            let chosen = typed.scopes.contains(scope) || offered.len() == 1;
            Choice { chosen, ..Choice::new(scope.code(), scope.title(), "").hint(scope.says(page.role)) }
        })
        .collect();
    let days: Vec<String> = LIVES.iter().map(u16::to_string).collect();
    let titles = ["30 days", "90 days", "A year"];
    let chosen = if typed.days.is_empty() { "90" } else { &typed.days };
    let lives: Vec<Choice<'_>> =
        days.iter().zip(titles).map(|(days, title)| Choice::new(days, title, chosen)).collect();
    let name = Field::new("name", "What it is for")
        .hint("Such as: Appointments every night")
        .value(&typed.name)
        .maxlength(LONGEST_NAME)
        .autocomplete("off")
        .width(Width::Twenty)
        .errors(errors);
    let kind = if *page.made == Made::Nothing { Button::Primary } else { Button::Secondary };
    html! {
        form method="post" action=(key_link::page_of(page.organisation)) novalidate {
            (form::hidden("id", &Uuid::now_v7().to_string()))
            (form::text(&name))
            (form::checkboxes(&Field::new("scopes", "What the program may do").errors(errors), &scopes))
            (form::radios(&Field::new("days", "How long it works").errors(errors), &lives))
            (form::button(kind, "Make a key"))
        }
        p { (small(&format!("At most {MOST_KEYS} keys work at a time, each 600 requests a minute."))) }
    }
}
