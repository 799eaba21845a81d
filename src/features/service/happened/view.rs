//! What happened, as markup.

use chrono::{DateTime, Utc};
use entity::ids::LocalDate;
use maud::{Markup, html};
use serde::Deserialize;

use crate::{
    domain::{access::Role, calendar, trail::About},
    error::FieldError,
    href,
    ui::{
        form::{self, Button, Choice, Field, Width},
        href::Href,
        parts::{self, small},
        sections::Section,
        sheet::Sheet,
        table::{table, words},
    },
};

/// Longest text that is looked for.
pub(super) const LONGEST_WORDS: usize = 80;

/// What was typed or chosen.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    pub(super) q: String,
    pub(super) who: String,
    pub(super) about: String,
    pub(super) from: String,
    pub(super) to: String,
    /// Only what came before this number: the next page.
    pub(super) before: Option<i64>,
}

impl Typed {
    /// Whether it is some and not all.
    pub(super) fn is_narrowed(&self) -> bool {
        [&self.q, &self.who, &self.about, &self.from, &self.to].iter().any(|text| !text.trim().is_empty())
    }
}

/// One event in words.
#[derive(Debug, Clone)]
pub(super) struct Line {
    pub(super) seq: i64,
    pub(super) at: DateTime<Utc>,
    pub(super) who: String,
    pub(super) kind: String,
    pub(super) what: String,
    /// From what it changed something, where that is known.
    pub(super) from: Option<String>,
    /// To what.
    pub(super) to: Option<String>,
}

/// A page of lines, the newest first.
#[derive(Debug, Default)]
pub(super) struct Lines {
    pub(super) found: Vec<Line>,
    /// Where the next page begins, where there is one.
    pub(super) before: Option<i64>,
    /// Back to when it was looked, where it was not looked to the end.
    pub(super) looked_to: Option<DateTime<Utc>>,
}

/// The page.
#[derive(Debug)]
pub(super) struct Happenings<'a> {
    pub(super) role: Role,
    /// Whose; nothing for the service.
    pub(super) organisation: Option<&'a str>,
    /// Its own address.
    pub(super) at: &'a Href,
    pub(super) name: &'a str,
    pub(super) typed: &'a Typed,
    /// Those who acted.
    pub(super) who: &'a [&'a str],
    pub(super) found: &'a Lines,
    pub(super) today: LocalDate,
    pub(super) errors: &'a [FieldError],
}

/// Kinds of acts that a role finds there.
fn offered(role: Role) -> Vec<About> {
    let own = |about: &About| match role {
        Role::PracticeManager => !matches!(about, About::LmcWork | About::People | About::SigningIn | About::Published),
        Role::LmcOfficer => {
            matches!(about, About::LmcWork | About::Letters | About::Keys | About::Downloads | About::Upkeep)
        }
        Role::IcbAnalyst => matches!(about, About::Keys | About::Downloads | About::Upkeep),
        Role::Administrator => {
            matches!(about, About::People | About::SigningIn | About::Published | About::Downloads | About::Upkeep)
        }
    };
    About::ALL.iter().copied().filter(own).collect()
}

fn section(role: Role) -> Section {
    match role {
        Role::PracticeManager => Section::People,
        Role::LmcOfficer => Section::Office,
        Role::IcbAnalyst => Section::AllReleases,
        Role::Administrator => Section::WhatHappened,
    }
}

fn back(page: &Happenings<'_>) -> Option<(Href, &'static str)> {
    let code = page.organisation?;
    match page.role {
        Role::PracticeManager => Some((href!("/practices").seg(code).seg("people"), "People")),
        Role::LmcOfficer => Some((href!("/lmc").seg(code).seg("office"), "Office")),
        Role::IcbAnalyst => Some((href!("/releases"), "All releases")),
        Role::Administrator => None,
    }
}

pub(super) fn happenings(page: &Happenings<'_>) -> Sheet {
    let sheet = Sheet::new(section(page.role), "What happened here").errors(page.errors);
    let sheet = match back(page) {
        Some((href, to)) => sheet.back(&href, to),
        None => sheet,
    };
    sheet.content(html! {
        (parts::lede(&html! {
            "Everything that was done for " (page.name) ", who did it and when, as the audit trail keeps it. "
            @match page.role {
                Role::PracticeManager => "Single contacts are not here: each clinician sees their own.",
                Role::LmcOfficer => "What officers entered by telephone is in the practice’s own list.",
                Role::IcbAnalyst => "Reading releases is not kept.",
                Role::Administrator => "What practices and LMCs do is in their own lists.",
            }
        }))
        (filter(page))
        (list(page))
    })
}

fn filter(page: &Happenings<'_>) -> Markup {
    let (typed, errors) = (page.typed, page.errors);
    let mut who = vec![Choice::new("", "Anybody", &typed.who)];
    who.extend(page.who.iter().map(|name| Choice::new(name, name, &typed.who)));
    let mut about = vec![Choice::new("", "Anything", &typed.about)];
    about.extend(offered(page.role).into_iter().map(|one| Choice::new(one.code(), one.title(), &typed.about)));
    let day = |name, label, value| Field::new(name, label).value(value).errors(errors).width(Width::Ten);
    let is_open = typed.is_narrowed() || !errors.is_empty();
    html! {
        details .nhsuk-details .hr-no-print open[is_open] {
            summary .nhsuk-details__summary { span .nhsuk-details__summary-text { "Search and narrow down" } }
            div .nhsuk-details__text {
                form .hr-pick method="get" action=(page.at) novalidate {
                    (form::text(&Field::new("q", "Words").value(&typed.q).maxlength(LONGEST_WORDS).autocomplete("off").width(Width::Twenty).errors(errors)))
                    (form::select(&Field::new("who", "Who").errors(errors), &who))
                    (form::select(&Field::new("about", "What about").errors(errors), &about))
                    (form::date(&day("from", "From", &typed.from)))
                    (form::date(&day("to", "To", &typed.to)))
                    (form::button(Button::Primary, "Show"))
                }
            }
        }
    }
}

fn list(page: &Happenings<'_>) -> Markup {
    let rows: Vec<Vec<Markup>> = page.found.found.iter().map(row).collect();
    let columns = [words("When"), words("What"), words("Who")];
    let older = page.found.before.map(|before| at(page).query("before", before));
    let newest = page.typed.before.map(|_| at(page));
    html! {
        @if rows.is_empty() {
            @if page.errors.is_empty() { p { @if page.typed.is_narrowed() { "Nothing found." } @else { "Nothing yet." } } }
        } @else {
            (table("What happened, the newest first", &columns, &rows))
        }
        @if let Some(to) = page.found.looked_to {
            p { "Looked back to " (calendar::london(to)) ", " (calendar::london_day(to).written()) "." }
        }
        (parts::pagination(
            newest.as_ref().map(|href| (href, "The newest")),
            older.as_ref().map(|href| (href, if page.found.looked_to.is_some() { "Look further back" } else { "Older" })),
        ))
        @if !rows.is_empty() { (download(page)) }
    }
}

/// The page with what was chosen.
fn at(page: &Happenings<'_>) -> Href {
    chosen(page).into_iter().fold(page.at.clone(), |href, (name, value)| href.query(name, value))
}

fn chosen<'a>(page: &'a Happenings<'_>) -> Vec<(&'static str, &'a str)> {
    let typed = page.typed;
    let all = [
        ("q", typed.q.as_str()),
        ("who", &typed.who),
        ("about", &typed.about),
        ("from", &typed.from),
        ("to", &typed.to),
    ];
    all.into_iter().filter(|(_, value)| !value.trim().is_empty()).collect()
}

fn row(line: &Line) -> Vec<Markup> {
    let day = calendar::london_day(line.at).short();
    vec![
        html! { (day) br; (small(&calendar::london_time(line.at))) },
        html! {
            (line.what)
            @match (&line.from, &line.to) {
                (Some(from), Some(to)) if from != to => { br; (small(&format!("From: {from}. To: {to}."))) }
                _ => {}
            }
        },
        html! { (line.who) },
    ]
}

fn download(page: &Happenings<'_>) -> Markup {
    let as_file = format!("{}.csv", page.at);
    let is_narrowed = page.typed.is_narrowed();
    html! {
        form .hr-no-print method="post" action=(as_file) {
            @for (name, value) in chosen(page) { (form::hidden(name, value)) }
            (form::button(Button::Secondary, if is_narrowed { "Download these as CSV" } else { "Download all as CSV" }))
            p { (small(&format!("Up to {}, the oldest first. The download is recorded here too.", page.today.written()))) }
        }
    }
}
