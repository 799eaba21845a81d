//! The list as a table of words, of which the page and both files are made: none of them can say anything else.

use entity::ids::{ItemCode, LocalDate};

use super::asked_view::{Asked, Line};
use crate::{
    domain::{area::LastHeard, catalogue::Item},
    ui::{area::Said, seen_by_lmc},
};

/// Columns of words before the items.
pub(super) const FIRST: [&str; 4] = ["Practice", "Code", "Network", "Answered for the week to"];
/// What it says about the item or the service that was chosen.
pub(super) const SAYS: &str = "What it says";

/// What the list shows of items.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shown {
    /// Each of them.
    Matrix,
    /// One, by its place on the menu, with what practices say about it.
    One(usize),
    /// None, but what practices say.
    Words,
}

impl Shown {
    pub(super) fn of(asked: &Asked, menu: &[&Item]) -> Self {
        let at = menu.iter().position(|item| item.code.as_str() == asked.item);
        match at {
            Some(at) => Self::One(at),
            None if asked.ending.is_empty() && asked.overdue.is_empty() => Self::Matrix,
            None => Self::Words,
        }
    }

    pub(super) fn at(self) -> Option<usize> {
        match self {
            Self::One(at) => Some(at),
            Self::Matrix | Self::Words => None,
        }
    }
}

/// The names of the columns.
pub(super) fn columns(shown: Shown, menu: &[&Item]) -> Vec<String> {
    let first = FIRST.iter().map(|name| (*name).to_owned());
    let title = |item: &&Item| item.area_title.clone();
    match shown {
        Shown::Matrix => first.chain(menu.iter().map(title)).collect(),
        Shown::One(at) => first.chain(menu.get(at).map(title)).chain([SAYS.to_owned()]).collect(),
        Shown::Words => first.chain([SAYS.to_owned()]).collect(),
    }
}

/// The words of one line, under [`columns`].
pub(super) fn cells(shown: Shown, menu: &[&Item], line: &Line<'_>) -> Vec<String> {
    let practice = line.practice;
    let first = [practice.name.to_string(), practice.code.to_string(), line.network.clone(), answered(line.answers)];
    let stand = |at: usize| line.stands.get(at).map_or("", |stand| stand.words()).to_owned();
    let first = first.into_iter();
    match shown {
        Shown::Matrix => first.chain((0..menu.len()).map(stand)).collect(),
        Shown::One(at) => {
            let item = menu.get(at);
            // The column before it has the name of the item.
            let title = item.map(|item| format!("{}: ", item.title)).unwrap_or_default();
            let says = says(line, |code| item.is_some_and(|item| item.code == *code));
            first.chain([stand(at), says.replace(&title, "")]).collect()
        }
        Shown::Words => {
            let service = |code: &ItemCode| menu.iter().any(|item| item.code == *code && item.subject.is_service());
            first.chain([says(line, service)]).collect()
        }
    }
}

fn answered(answers: LastHeard) -> String {
    match answers {
        LastHeard::NotSharing => "Does not share".to_owned(),
        LastHeard::Nothing => "Nothing recorded".to_owned(),
        LastHeard::Before { week, .. } | LastHeard::InTheWeek(week) => week.short(),
    }
}

fn says(line: &Line<'_>, of: impl Fn(&ItemCode) -> bool) -> String {
    let said: Vec<String> =
        line.says.iter().filter(|saying| of(&saying.item)).map(|saying| words(&saying.said)).collect();
    // Of a past day: all that is known was recorded after it, and the numbers of the day leave it out.
    if line.answers == LastHeard::Nothing && !said.is_empty() {
        return format!("{}; {}", said.join("; "), seen_by_lmc::LATER);
    }
    said.join("; ")
}

/// "Voluntary services: Ring pessaries: Paused since 16 Nov 2026".
pub(super) fn words(said: &Said) -> String {
    let by = if said.unconfirmed { " (by telephone, not confirmed)" } else { "" };
    format!("{}: {} {}{by}", said.about, said.word, said.day)
}

/// What a file of it says about itself.
pub(super) fn about(lmc: &str, on: LocalDate, rows: usize, narrowed: bool) -> Vec<(&'static str, String)> {
    let which = if narrowed { "Some of the practices, as they were chosen on the page" } else { "All practices" };
    vec![
        ("For", format!("{lmc} only. It names practices: do not pass it on.")),
        ("Day", on.written()),
        ("Practices", format!("{rows}. {which}.")),
        (
            "Answered",
            "Where a practice does not share, or has recorded nothing, nothing is known of what it does.".to_owned(),
        ),
        ("acts", "Paused on the day, or notice was served of an end to come.".to_owned()),
        ("no", "Heard from, and does not act.".to_owned()),
        ("told", "Entered by the LMC by telephone; the practice has not confirmed it.".to_owned()),
        ("(empty)", "Not heard from.".to_owned()),
    ]
}
