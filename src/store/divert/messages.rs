//! Messages the practice sent, and what became of them.

use chrono::{DateTime, Utc};
use entity::{
    divert_answer, divert_message,
    ids::{DivertId, LocalDate, MessageId, RowId},
};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

use crate::{db::Scoped, domain::access::PracticeScope, store::keyed};

/// A message with what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Which.
    pub id: MessageId,
    /// The day it is about.
    pub day: LocalDate,
    /// `icb` or `dos`.
    pub kind: String,
    /// Code of the way it was sent.
    pub how: String,
    /// When it was sent.
    pub sent_at: DateTime<Utc>,
    /// What it said.
    pub body: String,
    /// Code of the newest answer, code of the way it came, and when.
    pub answer: Option<(String, String, DateTime<Utc>)>,
}

/// A message to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMessage {
    /// Made by the client.
    pub id: MessageId,
    /// The day it is about.
    pub day: LocalDate,
    /// The divert it is about, if there is one.
    pub divert: Option<DivertId>,
    /// `icb` or `dos`.
    pub kind: &'static str,
    /// Code of the way it was sent.
    pub how: String,
    /// When it was sent.
    pub sent_at: DateTime<Utc>,
    /// What it said.
    pub body: String,
}

/// Messages about the days from the first to the last, oldest first.
pub async fn between<C: ConnectionTrait>(
    at: Scoped<'_, C, PracticeScope>,
    first: LocalDate,
    last: LocalDate,
) -> Result<Vec<Message>, DbErr> {
    let sent = divert_message::Entity::find()
        .filter(divert_message::Column::Practice.eq(at.scope.practice().clone()))
        .filter(divert_message::Column::Day.between(first, last))
        .order_by_asc(divert_message::Column::SentAt)
        .order_by_asc(divert_message::Column::Id)
        .all(at.conn)
        .await?;
    let answers = divert_answer::Entity::find()
        .filter(divert_answer::Column::Practice.eq(at.scope.practice().clone()))
        .order_by_desc(divert_answer::Column::RecordedAt)
        .order_by_desc(divert_answer::Column::Id);
    let ids = sent.iter().map(|row| row.id);
    let answers = keyed::listed(at.conn, answers, divert_answer::Column::Message, ids).await?;
    Ok(sent
        .into_iter()
        .map(|row| Message {
            answer: answers
                .iter()
                .find(|answer| answer.message == row.id)
                .map(|answer| (answer.answer.clone(), answer.how.clone(), answer.answered_at)),
            id: row.id,
            day: row.day,
            kind: row.kind,
            how: row.how,
            sent_at: row.sent_at,
            body: row.body,
        })
        .collect())
}

/// When a message was sent; nothing where there is none of this id.
pub async fn sent_at<C: ConnectionTrait>(
    at: Scoped<'_, C, PracticeScope>,
    id: MessageId,
) -> Result<Option<DateTime<Utc>>, DbErr> {
    divert_message::Entity::find_by_id((at.scope.practice().clone(), id))
        .one(at.conn)
        .await
        .map(|row| row.map(|row| row.sent_at))
}

/// Writes that a message was sent. False where the id was there before.
pub async fn add<C: ConnectionTrait>(
    at: Scoped<'_, C, PracticeScope>,
    new: &NewMessage,
    by: Uuid,
    now: DateTime<Utc>,
) -> Result<bool, DbErr> {
    let row = divert_message::ActiveModel {
        practice: Set(at.scope.practice().clone()),
        id: Set(new.id),
        day: Set(new.day),
        divert: Set(new.divert),
        kind: Set(new.kind.to_owned()),
        how: Set(new.how.clone()),
        sent_at: Set(new.sent_at),
        body: Set(new.body.clone()),
        recorded_at: Set(now),
        recorded_by: Set(by),
    };
    let added = divert_message::Entity::insert(row)
        .on_conflict_do_nothing_on([divert_message::Column::Practice, divert_message::Column::Id])
        .exec_without_returning(at.conn)
        .await?;
    Ok(matches!(added, sea_orm::TryInsertResult::Inserted(1..)))
}

/// Writes what became of a message. False where the id was there before.
pub async fn add_answer<C: ConnectionTrait>(
    at: Scoped<'_, C, PracticeScope>,
    id: RowId,
    message: MessageId,
    answer: (&str, &str, DateTime<Utc>),
    by: Uuid,
    now: DateTime<Utc>,
) -> Result<bool, DbErr> {
    let (answer, how, answered_at) = answer;
    let row = divert_answer::ActiveModel {
        practice: Set(at.scope.practice().clone()),
        id: Set(id),
        message: Set(message),
        answer: Set(answer.to_owned()),
        how: Set(how.to_owned()),
        answered_at: Set(answered_at),
        recorded_at: Set(now),
        recorded_by: Set(by),
    };
    let added = divert_answer::Entity::insert(row)
        .on_conflict_do_nothing_on([divert_answer::Column::Practice, divert_answer::Column::Id])
        .exec_without_returning(at.conn)
        .await?;
    Ok(matches!(added, sea_orm::TryInsertResult::Inserted(1..)))
}
