//! A practice's register as lines to read: all of it for the practice itself, and what its LMC may see of it.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use entity::ids::{ItemCode, LocalDate, StatusId, SubjectId};

use super::{
    action::{self, EnteredBy, EntryAnswer, StatusRow, SubjectStatus, Trust},
    calendar,
    catalogue::{Catalogue, Item, Status},
};

/// The names of a practice's subjects, each with its item.
pub type Subjects = BTreeMap<SubjectId, (ItemCode, String)>;

/// What lines are made from.
#[derive(Debug, Clone, Copy)]
pub struct RegisterAt<'a> {
    /// The menu.
    pub catalogue: &'a Catalogue,
    /// Everything recorded for the practice.
    pub rows: &'a [StatusRow],
    /// Its named services, agreements and so on.
    pub subjects: &'a Subjects,
    /// The day in question.
    pub on: LocalDate,
    /// As far as it was recorded by then.
    pub known_at: DateTime<Utc>,
}

/// One item, or one named subject of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegisterLine {
    /// Which item.
    pub item: ItemCode,
    /// Its short name.
    pub title: String,
    /// The named subject, where the item has them.
    pub subject: Option<(SubjectId, String)>,
    /// Where it stands; nothing where nothing was recorded by the day.
    pub entry: Option<LineState>,
}

/// Where a line stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineState {
    /// The row it comes from.
    pub id: StatusId,
    /// As it reads on the day.
    pub status: Status,
    /// The item's own word for it.
    pub tag: String,
    /// From which day, and what that day is.
    pub when: EntryDay,
    /// The day is a guess.
    pub about: bool,
    /// When notice was served, where it was.
    pub notice_served_on: Option<LocalDate>,
    /// Who said so.
    pub source: EntrySource,
}

/// The day of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntryDay {
    /// It has come.
    Since(LocalDate),
    /// It lies ahead.
    From(LocalDate),
    /// It lies ahead, and notice of it was served.
    Ends(LocalDate),
}

impl EntryDay {
    /// The day itself.
    pub fn day(self) -> LocalDate {
        match self {
            Self::Since(day) | Self::From(day) | Self::Ends(day) => day,
        }
    }
}

/// Who said so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntrySource {
    /// The practice.
    Practice,
    /// The practice by telephone, written down by its LMC and not answered yet.
    Telephone,
    /// The same, confirmed by the practice.
    TelephoneConfirmed,
}

impl EntrySource {
    /// Who stands behind a row.
    pub fn of(row: &StatusRow) -> Self {
        match (row.change.entered_by, row.answer) {
            (EnteredBy::Practice, _) => Self::Practice,
            (EnteredBy::LmcTelephone, Some(EntryAnswer::Confirmed)) => Self::TelephoneConfirmed,
            (EnteredBy::LmcTelephone, _) => Self::Telephone,
        }
    }
}

impl RegisterLine {
    /// "Advice & Guidance: Dermatology".
    pub fn name(&self) -> String {
        match &self.subject {
            Some((_, subject)) => format!("{}: {subject}", self.title),
            None => self.title.clone(),
        }
    }

    /// Whether something is done, planned or thought about.
    pub fn is_action(&self) -> bool {
        self.entry
            .as_ref()
            .is_some_and(|entry| matches!(entry.status, Status::Thinking | Status::PausingFrom | Status::PausedSince))
    }
}

impl RegisterAt<'_> {
    /// Every item of the day's menu as the practice sees it: one line for the practice, or one for each named subject
    /// about which something was recorded by the day. What the LMC noted counts once the practice has confirmed it.
    pub fn own(&self) -> Vec<RegisterLine> {
        self.lines(Trust::Confirmed, |item, standing| {
            if item.takes_subject() && standing.is_none_or(|standing| standing.row().is_none()) {
                return None;
            }
            Some(standing.and_then(|standing| Some(entry(item, standing.row()?, standing.status()?, standing))))
        })
    }

    /// What the practice's LMC sees, given consent: what holds on the day, and what notice was served on. A thought, a
    /// plan without a served notice and an item in conflict with the contract stay in the practice.
    pub fn seen_by_lmc(&self) -> Vec<RegisterLine> {
        self.lines(Trust::AlsoUnanswered, |item, standing| {
            if !action::may_leave(item, self.on) {
                return None;
            }
            let standing = standing?;
            let (row, status) = outside(standing)?;
            Some(Some(entry(item, row, status, standing)))
        })
    }

    /// What the LMC noted by telephone and the practice has not answered.
    pub fn unanswered(&self) -> Vec<(RegisterLine, &StatusRow)> {
        self.rows
            .iter()
            .filter(|row| row.change.entered_by == EnteredBy::LmcTelephone && row.answer.is_none())
            .filter_map(|row| {
                let item = self.catalogue.item_on(&row.change.item, row.change.effective_on)?;
                let line = RegisterLine {
                    item: item.code.clone(),
                    title: item.title.clone(),
                    subject: row.change.subject.and_then(|id| self.named(id)),
                    entry: None,
                };
                Some((line, row))
            })
            .collect()
    }

    fn named(&self, id: SubjectId) -> Option<(SubjectId, String)> {
        self.subjects.get(&id).map(|(_, name)| (id, name.clone()))
    }

    fn lines(
        &self,
        trust: Trust,
        told: impl Fn(&Item, Option<&SubjectStatus<'_>>) -> Option<Option<LineState>>,
    ) -> Vec<RegisterLine> {
        let standings = action::standings(self.rows, self.on, self.known_at, trust);
        let mut lines = Vec::new();
        for item in self.catalogue.items_on(self.on) {
            let mut keys: Vec<Option<(SubjectId, String)>> = if item.takes_subject() {
                self.subjects
                    .iter()
                    .filter(|(_, (of, _))| *of == item.code)
                    .map(|(id, (_, name))| Some((*id, name.clone())))
                    .collect()
            } else {
                vec![None]
            };
            keys.sort_by_key(|key| key.as_ref().map(|(id, name)| (name.to_lowercase(), *id)));
            for subject in keys {
                let key = (item.code.clone(), subject.as_ref().map(|(id, _)| *id));
                let standing = standings.get(&key);
                if let Some(entry) = told(item, standing) {
                    lines.push(RegisterLine { item: item.code.clone(), title: item.title.clone(), subject, entry });
                }
            }
        }
        lines
    }
}

/// What an outside reader is told of a standing: what holds today before what is to come.
fn outside<'a>(standing: &'a SubjectStatus<'_>) -> Option<(&'a StatusRow, Status)> {
    if standing.in_force() {
        return Some((standing.current?, Status::PausedSince));
    }
    if standing.ends_on().is_some() {
        return Some((standing.planned?, Status::PausingFrom));
    }
    let row = standing.current?;
    match row.change.status {
        Status::Running | Status::Restarted => Some((row, row.change.status)),
        Status::Thinking | Status::PausingFrom | Status::PausedSince => None,
    }
}

fn entry(item: &Item, row: &StatusRow, status: Status, standing: &SubjectStatus<'_>) -> LineState {
    let day = row.change.effective_on;
    let when = if day <= standing.on {
        EntryDay::Since(day)
    } else if standing.ends_on() == Some(day) {
        EntryDay::Ends(day)
    } else {
        EntryDay::From(day)
    };
    LineState {
        id: row.change.id,
        status,
        tag: item.tag(status).to_owned(),
        when,
        about: row.change.about,
        notice_served_on: row.change.notice_served_on,
        source: EntrySource::of(row),
    }
}

/// The last day on which the practice was heard from: it recorded something, said it by telephone, or answered a week.
pub fn heard_on(rows: &[StatusRow], answered: &[LocalDate]) -> Option<LocalDate> {
    rows.iter()
        .filter(|row| row.answer != Some(EntryAnswer::Removed))
        .map(|row| calendar::london_day(row.recorded_at))
        .chain(answered.iter().copied())
        .max()
}

#[cfg(test)]
mod tests;
