//! One practice as its LMC sees it. The LMC's page and the practice's own look at that page call the same functions with
//! the same values, so that they cannot differ.

use chrono::{DateTime, Utc};
use entity::ids::{LocalDate, OdsCode, OrgCode};
use maud::{Markup, html};

use super::{
    area::Said,
    as_of::{AsOf, as_of},
    form::{self, Button},
    href::Href,
    number, parts,
    parts::TagKind,
    readers, table,
};
use crate::{
    domain::{
        area::{self, AreaLine, CountedDay, Shared},
        calendar,
        catalogue::{Catalogue, Status},
    },
    href,
};

/// What an LMC is told of one practice.
#[derive(Debug, Clone, Copy)]
pub struct SeenByLmc<'a> {
    /// The LMC.
    pub lmc: &'a OrgCode,
    /// The practice.
    pub code: &'a OdsCode,
    /// Its name on the day.
    pub name: &'a str,
    /// The menu.
    pub catalogue: &'a Catalogue,
    /// What was read for the LMC.
    pub shared: &'a Shared,
    /// The day that is shown.
    pub on: LocalDate,
    /// Now.
    pub now: DateTime<Utc>,
}

impl SeenByLmc<'_> {
    fn is_past(&self) -> bool {
        self.on < calendar::london_day(self.now)
    }

    fn last_week(&self) -> Option<LocalDate> {
        self.shared.last_week(self.on, self.now)
    }
}

/// The main part of the LMC's page of one practice.
pub fn page(seen: &SeenByLmc<'_>) -> Markup {
    let back = href!("/lmc").seg(seen.lmc).seg("practices");
    let own = back.clone().seg(seen.code);
    html! {
        (parts::back_link(&back, "Practices"))
        (parts::heading(seen.name))
        (parts::lede(&html! {
            (seen.code) " · "
            @if seen.is_past() { "as it stood on " (seen.on.written()) ", as far as is known today · " }
            @match seen.last_week() {
                Some(week) => { "last answered for the week to " (week.written()) }
                None if !lines(seen).is_empty() => { "not heard from by then: " (LATER.to_lowercase()) }
                None => { "not heard from yet" }
            }
            " · the practice sees that you looked today"
        }))
        (as_of(&AsOf {
            page: &own,
            label: "Show the practice as it stood on",
            on: seen.on,
            today: calendar::london_day(seen.now),
            typed: "",
            errors: &[],
        }))
        @if !seen.is_past() {
            (parts::actions(&form::button_link(
                Button::Secondary,
                "Enter what they said by telephone",
                &telephone(seen.lmc, seen.code),
            )))
        }
        (parts::panel("What it has recorded", &record(seen)))
        (parts::panel(&left_title(seen), &left(seen)))
        (readers::for_an_officer())
    }
}

fn lines<'a>(seen: &SeenByLmc<'a>) -> Vec<AreaLine<'a>> {
    area::lines(seen.catalogue, seen.shared, seen.on, seen.now)
}

/// What the practice has recorded, as far as its LMC sees it.
pub fn record(seen: &SeenByLmc<'_>) -> Markup {
    let lines = lines(seen);
    html! {
        @if lines.is_empty() { p { "Nothing that leaves the practice." } }
        @else { (lines_table(&lines)) }
    }
}

/// What an LMC sees of the practice on the day itself: what its page shows, without its frame.
pub fn today(seen: &SeenByLmc<'_>) -> Markup {
    html! {
        p { "Last answered: " (last_answered(seen.shared, seen.on, seen.now)) "." }
        (record(seen))
        h3 .nhsuk-heading-s { (left_title(seen)) }
        (left(seen))
    }
}

fn left_title(seen: &SeenByLmc<'_>) -> String {
    if seen.is_past() { format!("Left on {}", seen.on.written()) } else { "Left today".to_owned() }
}

fn left(seen: &SeenByLmc<'_>) -> Markup {
    let mut days = seen.shared.days.iter();
    let day = days.find(|day| day.day() == seen.on).map(CountedDay::sum);
    let when = if seen.is_past() { "that day" } else { "today" };
    html! {
        @match day {
            Some(day) => p .nhsuk-u-margin-bottom-0 {
                strong { (number::thousands(day.left().into())) " left" }
                " · " (number::thousands(day.counted.into())) " counted"
            },
            None => p .nhsuk-u-margin-bottom-0 { "Shown when three or more clinicians have counted " (when) "." },
        }
    }
}

/// Where an officer enters what a practice said by telephone.
pub fn telephone(lmc: &OrgCode, practice: &OdsCode) -> Href {
    href!("/lmc").seg(lmc).seg("practices").seg(practice).seg("telephone")
}

/// What is said of a day by which the practice had not been heard from.
pub const LATER: &str = "Recorded later, so not in the figures of that day";

/// Whether all that is known of the practice on a day was recorded after it: the area’s figures of the day leave it out.
pub fn is_later(shared: &Shared, on: LocalDate, now: DateTime<Utc>) -> bool {
    shared.last_week(on, now).is_none()
}

/// When a practice last answered.
pub fn last_answered(shared: &Shared, on: LocalDate, now: DateTime<Utc>) -> String {
    shared
        .last_week(on, now)
        .map_or_else(|| "Not heard from yet".to_owned(), |week| format!("Week to {}", week.short()))
}

/// A line in one cell of a table.
pub fn said(line: &AreaLine<'_>) -> Said {
    Said {
        about: about(line),
        word: line.item.tag(line.status).to_owned(),
        kind: kind(line.status),
        day: day(line),
        unconfirmed: line.unconfirmed,
    }
}

fn about(line: &AreaLine<'_>) -> String {
    line.subject.map_or_else(|| line.item.title.clone(), |subject| format!("{}: {subject}", line.item.title))
}

fn kind(status: Status) -> TagKind {
    match status {
        Status::PausedSince => TagKind::Paused,
        Status::PausingFrom => TagKind::Soon,
        Status::Restarted => TagKind::Run,
        Status::Running | Status::Thinking => TagKind::Quiet,
    }
}

fn day(line: &AreaLine<'_>) -> String {
    let word = match line.status {
        Status::PausingFrom if line.notice_served_on.is_some() => "ends",
        Status::PausingFrom => "from",
        _ => "since",
    };
    let day = if line.about { format!("about {}", line.day.0.format("%b %Y")) } else { line.day.short() };
    format!("{word} {day}")
}

fn lines_table(lines: &[AreaLine<'_>]) -> Markup {
    let columns = [table::words("Item"), table::words("State"), table::words("Day")];
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
