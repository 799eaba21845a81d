//! Letters of a practice, and the wordings of practices and LMCs. Every change adds a row; nothing is updated.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use entity::{
    ids::{LocalDate, OrgCode, RowId, TransferId},
    letter, letter_event,
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};
use uuid::Uuid;

pub use self::wordings::{
    NewWording, Versions, add_lmc_wording, add_own_wording, lmc_wordings, lmc_wordings_of, own_wordings,
};
use super::write;
use crate::{
    db::Scoped,
    domain::{
        access::PracticeScope,
        letter::{Awaited, FollowUp, Form, Level, Paper, ReplyState, Way, standing},
    },
};

pub mod links;
mod wordings;

/// A letter as it went out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewLetter {
    /// Made by the client.
    pub id: RowId,
    /// Code of the kind.
    pub kind: String,
    /// Whose wording it was made from.
    pub level: Level,
    /// The LMC whose wording it was.
    pub lmc: Option<OrgCode>,
    /// Version of that wording.
    pub version: i32,
    /// The notice it is about.
    pub notice: Option<RowId>,
    /// The practice's name on it.
    pub practice_name: String,
    /// The day written on it.
    pub dated_on: LocalDate,
    /// Whom it went to.
    pub recipient: String,
    /// First line.
    pub subject: String,
    /// Paragraphs.
    pub body: String,
    /// When it went out.
    pub sent_on: LocalDate,
    /// By which way.
    pub how: Way,
    /// When a reply is due.
    pub reply_due_on: Option<LocalDate>,
    /// The transferred work that it is about, by its lasting names.
    pub transfers: Vec<TransferId>,
    /// The step of the ladder that it takes.
    pub step: Option<u16>,
}

/// A letter with what was recorded of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// As it went out.
    pub row: letter::Model,
    /// Newest last: what, on which day, with which note, recorded when.
    pub events: Vec<Happened>,
}

/// What was recorded of a letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Happened {
    /// What.
    pub event: FollowUp,
    /// The day of it.
    pub on: LocalDate,
    /// Short.
    pub note: Option<String>,
    /// When it was recorded.
    pub recorded_at: DateTime<Utc>,
}

impl Letter {
    /// The newest reply that was recorded.
    pub fn reply(&self) -> Option<&Happened> {
        let mut newest = self.events.iter().rev();
        newest.find(|happened| happened.event.is_reply())
    }

    /// As it went out, in the form of its kind.
    pub fn paper(&self, form: Form) -> Paper<'_> {
        Paper {
            form,
            practice: &self.row.practice_name,
            ods: self.row.practice.as_str(),
            dated_on: self.row.dated_on,
            recipient: &self.row.recipient,
            subject: &self.row.subject,
            body: &self.row.body,
        }
    }

    /// Where it stands on a day.
    pub fn standing(&self, today: LocalDate) -> ReplyState {
        let in_error = self.events.iter().any(|one| one.event == FollowUp::InError);
        let received = self.reply().map(|reply| reply.on);
        standing(self.row.reply_due_on, received, in_error, today)
    }
}

/// The practice's letters, newest first.
pub async fn all<C: ConnectionTrait>(at: Scoped<'_, C, PracticeScope>) -> Result<Vec<Letter>, DbErr> {
    let rows = letter::Entity::find()
        .filter(letter::Column::Practice.eq(at.scope.practice().clone()))
        .order_by_desc(letter::Column::SentOn)
        .order_by_desc(letter::Column::Id)
        .all(at.conn)
        .await?;
    let events = letter_event::Entity::find()
        .filter(letter_event::Column::Practice.eq(at.scope.practice().clone()))
        .order_by_asc(letter_event::Column::RecordedAt)
        .order_by_asc(letter_event::Column::Id)
        .all(at.conn)
        .await?;
    let mut of: BTreeMap<RowId, Vec<Happened>> = BTreeMap::new();
    for event in events {
        of.entry(event.letter).or_default().extend(happened(event));
    }
    let letters = rows.into_iter().map(|row| Letter { events: of.remove(&row.id).unwrap_or_default(), row });
    Ok(letters.collect())
}

/// The letters whose reply is due on a day and has not come, without their texts.
pub async fn awaited<C: ConnectionTrait>(at: Scoped<'_, C, PracticeScope>) -> Result<Vec<Awaited>, DbErr> {
    type Row = (RowId, Option<RowId>, String, String, LocalDate);
    let practice = at.scope.practice();
    let rows: Vec<Row> = letter::Entity::find()
        .select_only()
        .columns([
            letter::Column::Id,
            letter::Column::Notice,
            letter::Column::Subject,
            letter::Column::Recipient,
            letter::Column::ReplyDueOn,
        ])
        .filter(letter::Column::Practice.eq(practice.clone()))
        .filter(letter::Column::ReplyDueOn.is_not_null())
        .order_by_asc(letter::Column::ReplyDueOn)
        .order_by_asc(letter::Column::Id)
        .into_tuple()
        .all(at.conn)
        .await?;
    // A reply, and a letter that was recorded by mistake: nothing is awaited any more.
    let settled: Vec<RowId> = letter_event::Entity::find()
        .select_only()
        .column(letter_event::Column::Letter)
        .filter(letter_event::Column::Practice.eq(practice.clone()))
        .filter(letter_event::Column::Event.ne(FollowUp::Acknowledged.as_str()))
        .into_tuple()
        .all(at.conn)
        .await?;
    let rows = rows.into_iter().filter(|(id, ..)| !settled.contains(id));
    Ok(rows.map(|(id, notice, subject, recipient, due)| Awaited { id, notice, subject, recipient, due }).collect())
}

/// One letter of the practice.
pub async fn one<C: ConnectionTrait>(at: Scoped<'_, C, PracticeScope>, id: RowId) -> Result<Option<Letter>, DbErr> {
    let key = (at.scope.practice().clone(), id);
    let Some(row) = letter::Entity::find_by_id(key).one(at.conn).await? else {
        return Ok(None);
    };
    let events = letter_event::Entity::find()
        .filter(letter_event::Column::Practice.eq(at.scope.practice().clone()))
        .filter(letter_event::Column::Letter.eq(id))
        .order_by_asc(letter_event::Column::RecordedAt)
        .order_by_asc(letter_event::Column::Id)
        .all(at.conn)
        .await?;
    let events = events.into_iter().filter_map(happened).collect();
    Ok(Some(Letter { row, events }))
}

fn happened(row: letter_event::Model) -> Option<Happened> {
    Some(Happened { event: row.event.parse().ok()?, on: row.happened_on, note: row.note, recorded_at: row.recorded_at })
}

/// Writes a letter. The same id with other words is refused.
pub async fn add<C: ConnectionTrait>(
    at: Scoped<'_, C, PracticeScope>,
    new: &NewLetter,
    by: Uuid,
    now: DateTime<Utc>,
) -> Result<write::Outcome, DbErr> {
    let row = letter::Model {
        practice: at.scope.practice().clone(),
        id: new.id,
        kind: new.kind.clone(),
        level: new.level.code().to_owned(),
        lmc: new.lmc.clone(),
        version: new.version,
        notice: new.notice,
        practice_name: new.practice_name.clone(),
        dated_on: new.dated_on,
        recipient: new.recipient.clone(),
        subject: new.subject.clone(),
        body: new.body.clone(),
        sent_on: new.sent_on,
        how: new.how.as_str().to_owned(),
        reply_due_on: new.reply_due_on,
        recorded_at: now,
        recorded_by: by,
    };
    let added = letter::Entity::insert(letter::ActiveModel::from(row.clone()))
        .on_conflict_do_nothing_on([letter::Column::Practice, letter::Column::Id])
        .exec_without_returning(at.conn)
        .await?;
    if matches!(added, sea_orm::TryInsertResult::Inserted(1..)) {
        links::add(at, new, by, now).await?;
        return Ok(write::Outcome::New);
    }
    let key = (at.scope.practice().clone(), new.id);
    let before = letter::Entity::find_by_id(key).one(at.conn).await?;
    Ok(write::Outcome::again(before.is_some_and(|before| {
        let row = letter::Model { recorded_at: before.recorded_at, recorded_by: before.recorded_by, ..row };
        row == before
    })))
}

/// An event to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEvent {
    /// Made by the client.
    pub id: RowId,
    /// The letter.
    pub letter: RowId,
    /// What.
    pub event: FollowUp,
    /// The day of it.
    pub on: LocalDate,
    /// Short.
    pub note: Option<String>,
}

/// Writes what happened with a letter. The same id with something else is refused.
pub async fn add_event<C: ConnectionTrait>(
    at: Scoped<'_, C, PracticeScope>,
    new: &NewEvent,
    by: Uuid,
    now: DateTime<Utc>,
) -> Result<write::Outcome, DbErr> {
    let row = letter_event::ActiveModel {
        practice: Set(at.scope.practice().clone()),
        id: Set(new.id),
        letter: Set(new.letter),
        event: Set(new.event.as_str().to_owned()),
        happened_on: Set(new.on),
        note: Set(new.note.clone()),
        recorded_at: Set(now),
        recorded_by: Set(by),
    };
    let added = letter_event::Entity::insert(row)
        .on_conflict_do_nothing_on([letter_event::Column::Practice, letter_event::Column::Id])
        .exec_without_returning(at.conn)
        .await?;
    if matches!(added, sea_orm::TryInsertResult::Inserted(1..)) {
        return Ok(write::Outcome::New);
    }
    let key = (at.scope.practice().clone(), new.id);
    let before = letter_event::Entity::find_by_id(key).one(at.conn).await?;
    Ok(write::Outcome::again(before.is_some_and(|before| {
        before.letter == new.letter
            && before.event == new.event.as_str()
            && before.happened_on == new.on
            && before.note == new.note
    })))
}
