//! The fold of the action register: rows in, where each item stands on any day out.
//!
//! A row says: from this day on, this item (or one named subject of it) stands so. The newest day wins; a row that was
//! a plan when it was written gives way to what was written after it about the days before it came true.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use entity::ids::{ItemCode, LocalDate, StatusId, SubjectId};

use super::{
    calendar,
    catalogue::{Catalogue, Item, PositionKind, Status},
};

mod noted;

pub use self::noted::{NotedDay, NotedDays};

/// Who wrote a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EnteredBy {
    /// The practice itself.
    Practice,
    /// Its LMC, by telephone; the practice confirms or removes it.
    LmcTelephone,
}

impl EnteredBy {
    /// Stable text.
    pub fn code(self) -> &'static str {
        match self {
            Self::Practice => "practice",
            Self::LmcTelephone => "lmc-telephone",
        }
    }
}

/// The practice's answer to a row its LMC wrote.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntryAnswer {
    /// It is so.
    Confirmed,
    /// It is not; the row stays in history and counts for nothing.
    Removed,
}

impl EntryAnswer {
    /// Stable text.
    pub fn code(self) -> &'static str {
        match self {
            Self::Confirmed => "confirmed",
            Self::Removed => "removed",
        }
    }
}

/// A change of the register before it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusChange {
    /// Made by the client, or from an id of the client's.
    pub id: StatusId,
    /// Item of the catalogue.
    pub item: ItemCode,
    /// What it is about, where the item takes a subject and it is known already.
    pub subject: Option<SubjectId>,
    /// What it says.
    pub status: Status,
    /// From when.
    pub effective_on: LocalDate,
    /// The day is a guess.
    pub about: bool,
    /// When notice was served, where it was.
    pub notice_served_on: Option<LocalDate>,
    /// The days around it, where they were noted.
    pub noted: NotedDays,
    /// Who says so.
    pub entered_by: EnteredBy,
}

impl StatusChange {
    /// The practice says that something holds from a day, and nothing else.
    pub fn of(id: StatusId, item: &ItemCode, status: Status, effective_on: LocalDate) -> Self {
        Self {
            id,
            item: item.clone(),
            subject: None,
            status,
            effective_on,
            about: false,
            notice_served_on: None,
            noted: NotedDays::default(),
            entered_by: EnteredBy::Practice,
        }
    }

    /// The row that it becomes.
    pub fn recorded(self, recorded_at: DateTime<Utc>) -> StatusRow {
        StatusRow { change: self, recorded_at, answer: None }
    }
}

/// One row of the register.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusRow {
    /// What it says.
    pub change: StatusChange,
    /// When it was written.
    pub recorded_at: DateTime<Utc>,
    /// The practice's answer, where the LMC wrote it.
    pub answer: Option<EntryAnswer>,
}

/// Which rows a reader may build on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trust {
    /// What the practice wrote or confirmed: the only ground of releases.
    Confirmed,
    /// Also what the LMC wrote and the practice has not answered yet.
    AlsoUnanswered,
}

/// Where one item, or one subject of it, stands on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SubjectStatus<'a> {
    /// The row in force, if anything was recorded up to the day.
    pub current: Option<&'a StatusRow>,
    /// The next row that lies ahead of the day.
    pub planned: Option<&'a StatusRow>,
    /// The day.
    pub on: LocalDate,
}

impl SubjectStatus<'_> {
    /// The status as it reads on the day: what was to pause from a day that has come is paused since it.
    pub fn status(&self) -> Option<Status> {
        match (self.current, self.planned) {
            (_, Some(planned)) if planned.change.status == Status::PausingFrom => Some(Status::PausingFrom),
            (Some(current), _) => Some(match current.change.status {
                Status::PausingFrom => Status::PausedSince,
                other => other,
            }),
            (None, Some(_) | None) => None,
        }
    }

    /// The row the status comes from.
    pub fn row(&self) -> Option<&StatusRow> {
        match self.planned {
            Some(planned) if planned.change.status == Status::PausingFrom => Some(planned),
            _ => self.current,
        }
    }

    /// Paused on the day itself.
    pub fn in_force(&self) -> bool {
        self.current.is_some_and(|row| matches!(row.change.status, Status::PausedSince | Status::PausingFrom))
    }

    /// Whether an outside reader may count it: paused on the day, or notice of it was served by then. A thought and a
    /// plan without a served notice never leave the practice.
    pub fn acting(&self) -> bool {
        self.in_force() || self.ends_on().is_some()
    }

    /// The last day of something on which notice was served and that has not ended yet.
    pub fn ends_on(&self) -> Option<LocalDate> {
        self.planned
            .filter(|row| row.change.status == Status::PausingFrom)
            .filter(|row| row.change.notice_served_on.is_some_and(|served| served <= self.on))
            .map(|row| row.change.effective_on)
    }
}

/// Where every item and subject stands on `day`, as far as it was recorded by `known_at`.
pub fn standings(
    rows: &[StatusRow],
    day: LocalDate,
    known_at: DateTime<Utc>,
    trust: Trust,
) -> BTreeMap<(ItemCode, Option<SubjectId>), SubjectStatus<'_>> {
    let mut grouped: BTreeMap<(ItemCode, Option<SubjectId>), Vec<&StatusRow>> = BTreeMap::new();
    for row in rows.iter().filter(|row| row.recorded_at <= known_at && trusted(row, trust)) {
        grouped.entry((row.change.item.clone(), row.change.subject)).or_default().push(row);
    }
    grouped.into_iter().map(|(key, rows)| (key, standing(&rows, day))).collect()
}

fn trusted(row: &StatusRow, trust: Trust) -> bool {
    match (row.change.entered_by, row.answer, trust) {
        (_, Some(EntryAnswer::Removed), _) | (EnteredBy::LmcTelephone, None, Trust::Confirmed) => false,
        (EnteredBy::Practice, _, _)
        | (EnteredBy::LmcTelephone, Some(EntryAnswer::Confirmed), _)
        | (EnteredBy::LmcTelephone, None, Trust::AlsoUnanswered) => true,
    }
}

fn standing<'a>(rows: &[&'a StatusRow], day: LocalDate) -> SubjectStatus<'a> {
    let holding = rows.iter().copied().filter(|row| !overtaken(row, rows));
    let current = holding
        .clone()
        .filter(|row| row.change.effective_on <= day)
        .max_by_key(|row| (row.change.effective_on, row.recorded_at, row.change.id));
    let planned = holding
        .filter(|row| row.change.effective_on > day)
        .min_by_key(|row| (row.change.effective_on, std::cmp::Reverse((row.recorded_at, row.change.id))));
    SubjectStatus { current, planned, on: day }
}

/// A plan is overtaken by a later row about the time between the plan's writing and its day. A later row about the
/// past (history being filled in) leaves it alone.
fn overtaken(plan: &StatusRow, rows: &[&StatusRow]) -> bool {
    let written = calendar::london_day(plan.recorded_at);
    plan.change.effective_on > written
        && rows.iter().any(|later| {
            (later.recorded_at, later.change.id) > (plan.recorded_at, plan.change.id)
                && later.change.effective_on >= written
                && later.change.effective_on <= plan.change.effective_on
        })
}

/// Why a status cannot be recorded. The one status that is refused for its content is the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefusedStatus {
    /// The catalogue does not know the item on that day.
    NoSuchItem,
    /// The item is recorded per subject, and none is named.
    SubjectMissing,
    /// The item is recorded for the practice as a whole.
    SubjectNotTaken,
    /// "Pausing from" needs a day ahead.
    NotAhead,
    /// Anything else than "pausing from" needs a day that has come.
    NotYet,
    /// A notice cannot be served in the future.
    ServedInFuture,
    /// Withdrawal from an agreement that also serves direct care.
    MixedPurpose,
}

impl RefusedStatus {
    /// The field at fault and a sentence about it.
    pub fn explain(self) -> (&'static str, &'static str) {
        match self {
            Self::NoSuchItem => ("item", "This item is not in the catalogue on that day"),
            Self::SubjectMissing => ("subject", "Enter what this is about"),
            Self::SubjectNotTaken => ("subject", "This item is recorded for the whole practice"),
            Self::NotAhead => {
                ("effective_on", "Enter a day in the future, or choose a status that is in force already")
            }
            Self::NotYet => ("effective_on", "Enter today or an earlier day"),
            Self::ServedInFuture => ("notice_served_on", "A notice is recorded once it has been served"),
            Self::MixedPurpose => (
                "exclusively_secondary",
                "Only agreements that serve nothing but secondary purposes can be recorded as withdrawn",
            ),
        }
    }
}

/// What somebody wants to record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Proposal {
    /// The status.
    pub status: Status,
    /// From when.
    pub effective_on: LocalDate,
    /// When notice was served, if it was.
    pub notice_served_on: Option<LocalDate>,
    /// Whether a subject is named.
    pub has_subject: bool,
    /// For agreements: that it serves secondary purposes only.
    pub exclusively_secondary: bool,
}

/// Checks a proposal against the catalogue. Nothing lawful to record is refused.
///
/// # Errors
/// [`RefusedStatus`] names the field and the rule.
pub fn check(item: Option<&Item>, proposal: Proposal, today: LocalDate) -> Result<(), RefusedStatus> {
    let item = item.ok_or(RefusedStatus::NoSuchItem)?;
    match (item.takes_subject(), proposal.has_subject) {
        (true, false) => return Err(RefusedStatus::SubjectMissing),
        (false, true) => return Err(RefusedStatus::SubjectNotTaken),
        _ => {}
    }
    let ahead = proposal.effective_on > today;
    if proposal.status == Status::PausingFrom && !ahead {
        return Err(RefusedStatus::NotAhead);
    }
    if proposal.status != Status::PausingFrom && ahead {
        return Err(RefusedStatus::NotYet);
    }
    if proposal.notice_served_on.is_some_and(|served| served > today) {
        return Err(RefusedStatus::ServedInFuture);
    }
    let pauses = matches!(proposal.status, Status::PausedSince | Status::PausingFrom);
    if item.refuses_mixed_purpose && pauses && !proposal.exclusively_secondary {
        return Err(RefusedStatus::MixedPurpose);
    }
    Ok(())
}

/// What one practice does, item by item, as an outside reader may count it on `day`: items whose contract position is
/// *conflicts* that day are left out, and an item counts if any of its subjects does.
pub fn acting_items<'c>(
    catalogue: &'c Catalogue,
    standings: &BTreeMap<(ItemCode, Option<SubjectId>), SubjectStatus<'_>>,
    day: LocalDate,
) -> Vec<&'c Item> {
    catalogue
        .all_on(day)
        .filter(|item| may_leave(item, day))
        .filter(|item| standings.iter().any(|((code, _), standing)| *code == item.code && standing.acting()))
        .collect()
}

/// Whether anything about this item may leave the practice on `day`. What an LMC added that is not the practice's any more does
/// not.
pub fn may_leave(item: &Item, day: LocalDate) -> bool {
    item.is_here() && item.position_on(day).kind != PositionKind::Conflicts
}

#[cfg(test)]
mod tests;
