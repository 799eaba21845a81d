//! Rows as the fold takes them, of thousands of practices if need be.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use entity::{
    action_status,
    ids::{ItemCode, LocalDate, OdsCode, StatusId, SubjectId},
    status_answer,
};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, DerivePartialModel, EntityTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

use crate::domain::{
    action::{EnteredBy, EntryAnswer, NotedDay, NotedDays, StatusChange, StatusRow},
    catalogue::Status,
};

/// The columns of what a row says, without the texts that only a practice's own history shows.
#[derive(DerivePartialModel)]
#[sea_orm(entity = "action_status::Entity", from_query_result)]
pub(super) struct Told {
    practice: OdsCode,
    id: StatusId,
    item: ItemCode,
    subject: Option<SubjectId>,
    status: String,
    effective_on: LocalDate,
    about: bool,
    notice_served_on: Option<LocalDate>,
    decided_on: Option<LocalDate>,
    staff_told_on: Option<LocalDate>,
    entered_by: String,
    recorded_at: DateTime<Utc>,
}

impl From<action_status::Model> for Told {
    fn from(row: action_status::Model) -> Self {
        Self {
            practice: row.practice,
            id: row.id,
            item: row.item,
            subject: row.subject,
            status: row.status,
            effective_on: row.effective_on,
            about: row.about,
            notice_served_on: row.notice_served_on,
            decided_on: row.decided_on,
            staff_told_on: row.staff_told_on,
            entered_by: row.entered_by,
            recorded_at: row.recorded_at,
        }
    }
}

impl Told {
    /// The row with its answer; a confirmed entry of the LMC is about the practice's own subject.
    pub(super) fn row(self, answered: Option<Answered>) -> Result<StatusRow, DbErr> {
        let noted = NotedDays::from_each(|day| match day {
            NotedDay::Decided => self.decided_on,
            NotedDay::StaffTold => self.staff_told_on,
        });
        let change = StatusChange {
            id: self.id,
            item: self.item,
            subject: answered.and_then(|one| one.subject).or(self.subject),
            status: known_status(&self.status)?,
            effective_on: self.effective_on,
            about: self.about,
            notice_served_on: self.notice_served_on,
            noted,
            entered_by: who_entered(&self.entered_by),
        };
        Ok(StatusRow { change, recorded_at: self.recorded_at, answer: answered.map(|one| one.answer) })
    }
}

/// A row that is to be written: a change in the words of the day it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewStatus {
    /// What it says.
    pub change: StatusChange,
    /// Edition of the catalogue that holds on the day it is about.
    pub edition: String,
    /// Contract position on that day, as text.
    pub position: String,
    /// The guard-rail of that day.
    pub guard_rail: String,
    /// Person.
    pub recorded_by: Uuid,
}

impl NewStatus {
    /// As it is kept.
    pub fn kept(self, practice: &OdsCode, recorded_at: DateTime<Utc>) -> action_status::Model {
        let Self { change, edition, position, guard_rail, recorded_by } = self;
        action_status::Model {
            practice: practice.clone(),
            id: change.id,
            item: change.item,
            subject: change.subject,
            status: change.status.as_str().to_owned(),
            effective_on: change.effective_on,
            about: change.about,
            notice_served_on: change.notice_served_on,
            decided_on: change.noted[NotedDay::Decided],
            staff_told_on: change.noted[NotedDay::StaffTold],
            edition,
            position,
            guard_rail,
            entered_by: change.entered_by.code().to_owned(),
            recorded_at,
            recorded_by,
        }
    }
}

/// The rows of these practices, or of all, oldest first. Thousands are read for an area: without the texts that only a
/// practice's own history shows.
pub(super) async fn folded(
    conn: &impl ConnectionTrait,
    practices: Option<&[OdsCode]>,
    before: Option<DateTime<Utc>>,
) -> Result<BTreeMap<OdsCode, Vec<StatusRow>>, DbErr> {
    use action_status::Column;
    let mut statuses = action_status::Entity::find().order_by_asc(Column::RecordedAt).order_by_asc(Column::Id);
    if let Some(practices) = practices {
        statuses = statuses.filter(Column::Practice.is_in(practices.iter().cloned()));
    }
    if let Some(before) = before {
        statuses = statuses.filter(Column::RecordedAt.lt(before));
    }
    let answers = answers(conn, practices, before).await?;
    let mut all: BTreeMap<OdsCode, Vec<StatusRow>> = BTreeMap::new();
    for told in statuses.into_partial_model::<Told>().all(conn).await? {
        let practice = told.practice.clone();
        let answered = answer_to(&answers, &practice, told.id);
        all.entry(practice).or_default().push(told.row(answered)?);
    }
    Ok(all)
}

/// What a practice answered to an entry of its LMC.
#[derive(Debug, Clone, Copy)]
pub(super) struct Answered {
    pub(super) answer: EntryAnswer,
    /// The practice's own subject that the entry is about once it is confirmed.
    pub(super) subject: Option<SubjectId>,
}

/// What practices answered to what their LMC entered.
pub(super) type Answers = BTreeMap<OdsCode, BTreeMap<StatusId, Answered>>;

pub(super) fn answer_to(answers: &Answers, practice: &OdsCode, status: StatusId) -> Option<Answered> {
    answers.get(practice)?.get(&status).copied()
}

pub(super) async fn answers(
    conn: &impl ConnectionTrait,
    practices: Option<&[OdsCode]>,
    before: Option<DateTime<Utc>>,
) -> Result<Answers, DbErr> {
    let mut answers = status_answer::Entity::find();
    if let Some(practices) = practices {
        answers = answers.filter(status_answer::Column::Practice.is_in(practices.iter().cloned()));
    }
    if let Some(before) = before {
        answers = answers.filter(status_answer::Column::RecordedAt.lt(before));
    }
    let rows = answers.all(conn).await?;
    let known = |text: &str| {
        if text == EntryAnswer::Removed.code() { EntryAnswer::Removed } else { EntryAnswer::Confirmed }
    };
    let mut all = Answers::new();
    for row in rows {
        let own = all.entry(row.practice).or_default();
        let answered = Answered { answer: known(&row.answer), subject: row.subject };
        own.insert(row.status, answered);
    }
    Ok(all)
}

pub(super) fn known_status(text: &str) -> Result<Status, DbErr> {
    text.parse().map_err(|error: entity::ids::NotAnId| DbErr::Type(error.to_string()))
}

pub(super) fn who_entered(text: &str) -> EnteredBy {
    if text == EnteredBy::LmcTelephone.code() { EnteredBy::LmcTelephone } else { EnteredBy::Practice }
}
