//! A line of the register as people read it: the item, its state as a word, and the day.

use entity::ids::{LocalDate, OdsCode, StatusId};
use maud::{Markup, html};

use super::{
    form,
    href::Href,
    parts::{TagKind, small, tag},
};
use crate::{
    domain::{
        action::{EntryAnswer, StatusRow},
        catalogue::{PositionKind, Status},
        register::{EntryDay, EntrySource, LineState, RegisterLine},
    },
    href,
};

/// The colour of a status.
pub const fn kind(status: Status) -> TagKind {
    match status {
        Status::Running | Status::Restarted => TagKind::Run,
        Status::Thinking => TagKind::Quiet,
        Status::PausingFrom => TagKind::Soon,
        Status::PausedSince => TagKind::Paused,
    }
}

/// The state of a line as a tag.
pub fn state(line: &RegisterLine) -> Markup {
    match &line.entry {
        Some(entry) => tag(kind(entry.status), &entry.tag),
        None => small("Nothing recorded"),
    }
}

/// "4 Aug 2025", "about Oct 2024", "from 1 Dec 2026", "ends 1 Dec 2026"; a dash where there is no day to tell.
pub fn when(line: &RegisterLine) -> String {
    match &line.entry {
        Some(entry) if entry.status != Status::Thinking => entry_when(entry),
        _ => "–".to_owned(),
    }
}

fn entry_when(entry: &LineState) -> String {
    let day = entry.when.day();
    let written = if entry.about { format!("about {}", day.0.format("%b %Y")) } else { day.short() };
    match entry.when {
        EntryDay::Since(_) => written,
        EntryDay::From(_) => format!("from {written}"),
        EntryDay::Ends(_) => format!("ends {written}"),
    }
}

/// Who said so, where it was not simply recorded by the practice.
pub const fn source(source: EntrySource) -> Option<&'static str> {
    match source {
        EntrySource::Practice => None,
        EntrySource::Telephone => Some("told by telephone, not confirmed yet"),
        EntrySource::TelephoneConfirmed => Some("told by telephone, confirmed by the practice"),
    }
}

/// Who recorded a row, as its history says it.
pub fn recorded_by(row: &StatusRow) -> &'static str {
    match (EntrySource::of(row), row.answer) {
        (_, Some(EntryAnswer::Removed)) => "by the LMC from a telephone call, removed by the practice",
        (EntrySource::Practice, _) => "by the practice",
        (EntrySource::Telephone, _) => "by the LMC from a telephone call, not confirmed yet",
        (EntrySource::TelephoneConfirmed, _) => "by the LMC from a telephone call, confirmed by the practice",
    }
}

/// A contract position as a word on a page.
pub const fn position(kind: PositionKind) -> &'static str {
    match kind {
        PositionKind::Permitted => "Permitted",
        PositionKind::Conditional => "Conditional",
        PositionKind::Conflicts => "Conflicts with the contract",
        PositionKind::Unknown => "Not known",
    }
}

/// The name of a line with who said so.
pub fn name_with_source(line: &RegisterLine) -> Markup {
    let told = line.entry.as_ref().and_then(|entry| source(entry.source));
    html! { (line.name()) @if let Some(told) = told { " " (small(&format!("({told})"))) } }
}

/// The two answers to what an LMC noted by telephone; `next` is where to go on.
pub fn answers(practice: &OdsCode, status: StatusId, about: &str, next: &Href) -> Markup {
    let action = href!("/practices").seg(practice).seg("actions").seg("answers");
    let id = status.to_string();
    html! {
        form method="post" action=(action) {
            (form::hidden("status", &id)) (form::hidden("next", next.as_str()))
            ul .hr-chips .hr-chips--start {
                li { button type="submit" name="answer" value="confirmed" { "Confirm" span .nhsuk-u-visually-hidden { ": " (about) } } }
                li { button type="submit" name="answer" value="removed" { "Remove" span .nhsuk-u-visually-hidden { ": " (about) } } }
            }
        }
    }
}

/// What an LMC noted: "Voluntary services: Phlebotomy – Ended, from 1 Nov 2026".
pub fn noted(line: &RegisterLine, label: &str, from: LocalDate) -> String {
    format!("{} – {label}, from {}", line.name(), from.short())
}
