//! Rows as the fold takes them, of thousands of practices if need be.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use entity::{
    action_status,
    ids::{ItemCode, LocalDate, OdsCode, StatusId, SubjectId},
    status_answer,
};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::domain::{
    action::{EnteredBy, EntryAnswer, StatusRow},
    catalogue::Status,
};

/// What the columns of a row are, in the order in which [`folded`] asks for them.
type Columns = (
    OdsCode,
    StatusId,
    ItemCode,
    Option<SubjectId>,
    String,
    LocalDate,
    bool,
    Option<LocalDate>,
    Option<LocalDate>,
    Option<LocalDate>,
    String,
    DateTime<Utc>,
);

/// The rows of these practices, or of all, oldest first. Thousands are read for an area: without the texts that only a
/// practice's own history shows.
pub(super) async fn folded(
    conn: &impl ConnectionTrait,
    practices: Option<&[OdsCode]>,
    before: Option<DateTime<Utc>>,
) -> Result<BTreeMap<OdsCode, Vec<StatusRow>>, DbErr> {
    use action_status::Column;
    let mut statuses = action_status::Entity::find()
        .select_only()
        .columns([
            Column::Practice,
            Column::Id,
            Column::Item,
            Column::Subject,
            Column::Status,
            Column::EffectiveOn,
            Column::About,
            Column::NoticeServedOn,
            Column::DecidedOn,
            Column::StaffToldOn,
            Column::EnteredBy,
            Column::RecordedAt,
        ])
        .order_by_asc(Column::RecordedAt)
        .order_by_asc(Column::Id);
    if let Some(practices) = practices {
        statuses = statuses.filter(Column::Practice.is_in(practices.iter().cloned()));
    }
    if let Some(before) = before {
        statuses = statuses.filter(Column::RecordedAt.lt(before));
    }
    let answers = answers(conn, practices, before).await?;
    let mut all: BTreeMap<OdsCode, Vec<StatusRow>> = BTreeMap::new();
    for columns in statuses.into_tuple::<Columns>().all(conn).await? {
        let (practice, id, item, subject, status, effective_on, about, ..) = columns;
        let (.., notice_served_on, decided_on, staff_told_on, entered_by, recorded_at) = columns;
        let answered = answer_to(&answers, &practice, id);
        let row = StatusRow {
            id,
            item,
            subject: answered.and_then(|one| one.subject).or(subject),
            status: known_status(&status)?,
            effective_on,
            about,
            notice_served_on,
            decided_on,
            staff_told_on,
            entered_by: who_entered(&entered_by),
            recorded_at,
            answer: answered.map(|one| one.answer),
        };
        all.entry(practice).or_default().push(row);
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
