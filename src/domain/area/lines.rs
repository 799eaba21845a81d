//! One practice's register as its LMC reads it: facts, and plans on which notice was served. No thoughts.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use entity::ids::{ItemCode, LocalDate, SubjectId};

use super::Shared;
use crate::domain::{
    action::{self, EnteredBy, StatusRow, SubjectStatus, Trust},
    catalogue::{Catalogue, Item, Status},
};

/// One item, or one subject of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AreaLine<'a> {
    /// The item.
    pub item: &'a Item,
    /// Name of the subject, where the item has them.
    pub subject: Option<&'a str>,
    /// Where it stands.
    pub status: Status,
    /// Since when, or from when.
    pub day: LocalDate,
    /// The day is a guess.
    pub about: bool,
    /// When notice was served, where it was.
    pub notice_served_on: Option<LocalDate>,
    /// The LMC entered it, and the practice has not answered.
    pub unconfirmed: bool,
}

/// Where a practice that shares stands, item by item, in the order of the menu.
pub fn lines<'a>(
    catalogue: &'a Catalogue,
    shared: &'a Shared,
    on: LocalDate,
    known_at: DateTime<Utc>,
) -> Vec<AreaLine<'a>> {
    let standings = action::standings(&shared.rows, on, known_at, Trust::AlsoUnanswered);
    let mut found: Vec<(usize, AreaLine<'a>)> = standings
        .iter()
        .filter_map(|((code, _), standing)| {
            let (place, item) = place(catalogue, code, on)?;
            let (status, row) = told(standing)?;
            (item.exists_on(on) && action::may_leave(item, on))
                .then(|| (place, line(item, status, row, &shared.subjects)))
        })
        .collect();
    found.sort_by(|(one, a), (other, b)| {
        (one, a.subject.map(str::to_lowercase)).cmp(&(other, b.subject.map(str::to_lowercase)))
    });
    found.into_iter().map(|(_, line)| line).collect()
}

/// What an LMC entered by telephone and the practice has not answered, newest first: as it was entered.
pub fn entered<'a>(
    catalogue: &'a Catalogue,
    rows: &'a [StatusRow],
    subjects: &'a BTreeMap<SubjectId, String>,
) -> Vec<AreaLine<'a>> {
    rows.iter()
        .rev()
        .filter(|row| unconfirmed(row))
        .filter_map(|row| {
            let item = catalogue.item_on(&row.change.item, row.change.effective_on)?;
            Some(line(item, row.change.status, row, subjects))
        })
        .collect()
}

fn place<'a>(catalogue: &'a Catalogue, code: &ItemCode, on: LocalDate) -> Option<(usize, &'a Item)> {
    let place = catalogue.items.iter().position(|item| item.code == *code)?;
    Some((place, catalogue.item_on(code, on)?))
}

/// What of a standing an LMC is told: an end on which notice was served, else what holds already.
fn told<'a>(standing: &SubjectStatus<'a>) -> Option<(Status, &'a StatusRow)> {
    if standing.ends_on().is_some() {
        return standing.planned.map(|row| (Status::PausingFrom, row));
    }
    let row = standing.current?;
    match row.change.status {
        Status::Thinking => None,
        Status::PausingFrom | Status::PausedSince => Some((Status::PausedSince, row)),
        status @ (Status::Running | Status::Restarted) => Some((status, row)),
    }
}

fn unconfirmed(row: &StatusRow) -> bool {
    row.change.entered_by == EnteredBy::LmcTelephone && row.answer.is_none()
}

fn line<'a>(
    item: &'a Item,
    status: Status,
    row: &StatusRow,
    subjects: &'a BTreeMap<SubjectId, String>,
) -> AreaLine<'a> {
    AreaLine {
        item,
        subject: row.change.subject.and_then(|id| subjects.get(&id)).map(String::as_str),
        status,
        day: row.change.effective_on,
        about: row.change.about,
        notice_served_on: row.change.notice_served_on,
        unconfirmed: unconfirmed(row),
    }
}
