//! Letters of LMCs about work that several practices logged, and what became of them. Practices that told of it read them.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use entity::{
    ids::{LocalDate, NotAnId, OrgCode, RowId},
    joint_letter, joint_letter_event,
};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder};
use uuid::Uuid;

use super::{transfer_desk::add, write};
use crate::{
    db::Scoped,
    domain::{
        access::{LmcScope, PracticeScope},
        letter::FollowUp,
        transfer::{
            ProviderRef,
            desk::{JointEvents, JointLetter, NewJointLetter},
        },
    },
};

fn read(row: joint_letter::Model, events: JointEvents) -> Result<JointLetter, DbErr> {
    let wrong = |error: NotAnId| DbErr::Type(error.to_string());
    let number = |n: i32| u32::try_from(n).unwrap_or_default();
    let letter = NewJointLetter {
        id: row.id,
        kind: row.kind,
        provider: ProviderRef { key: row.provider, name: row.provider_name },
        department: row.department,
        category: row.category,
        from: row.from_day,
        to: row.to_day,
        items: number(row.items),
        practices: number(row.practices),
        step: u16::try_from(row.step).unwrap_or_default(),
        recipient: row.recipient,
        subject: row.subject,
        body: row.body,
        sent_on: row.sent_on,
        how: row.how.parse().map_err(wrong)?,
        reply_due_on: row.reply_due_on,
    };
    Ok(JointLetter { letter, events, recorded_at: row.recorded_at })
}

async fn of(conn: &impl ConnectionTrait, lmc: &OrgCode) -> Result<Vec<JointLetter>, DbErr> {
    let rows = joint_letter::Entity::find()
        .filter(joint_letter::Column::Lmc.eq(lmc.clone()))
        .order_by_desc(joint_letter::Column::SentOn)
        .order_by_desc(joint_letter::Column::Id)
        .all(conn)
        .await?;
    let happened = joint_letter_event::Entity::find()
        .filter(joint_letter_event::Column::Lmc.eq(lmc.clone()))
        .order_by_asc(joint_letter_event::Column::RecordedAt)
        .order_by_asc(joint_letter_event::Column::Id)
        .all(conn)
        .await?;
    let mut events: BTreeMap<RowId, JointEvents> = BTreeMap::new();
    for event in happened {
        let what = event.event.parse::<FollowUp>().map_err(|error| DbErr::Type(error.to_string()))?;
        events.entry(event.letter).or_default().push((what, event.happened_on, event.note));
    }
    rows.into_iter()
        .map(|row| {
            let events = events.remove(&row.id).unwrap_or_default();
            read(row, events)
        })
        .collect()
}

/// Every joint letter of an LMC, the newest first.
pub async fn of_lmc<C: ConnectionTrait>(at: Scoped<'_, C, LmcScope>) -> Result<Vec<JointLetter>, DbErr> {
    of(at.conn, at.scope.lmc()).await
}

/// Those of the LMC that represents a practice. The caller leaves out what the practice told nothing of.
pub async fn for_practice<C: ConnectionTrait>(
    at: Scoped<'_, C, PracticeScope>,
    lmc: &OrgCode,
) -> Result<Vec<JointLetter>, DbErr> {
    of(at.conn, lmc).await
}

/// Appends a letter that went out.
pub async fn add<C: ConnectionTrait>(
    at: Scoped<'_, C, LmcScope>,
    new: &NewJointLetter,
    by: Uuid,
    now: DateTime<Utc>,
) -> Result<write::Outcome, DbErr> {
    let number = |n: u32| i32::try_from(n).unwrap_or(i32::MAX);
    let row = joint_letter::Model {
        lmc: at.scope.lmc().clone(),
        id: new.id,
        kind: new.kind.clone(),
        provider: new.provider.key.clone(),
        provider_name: new.provider.name.clone(),
        department: new.department.clone(),
        category: new.category.clone(),
        from_day: new.from,
        to_day: new.to,
        items: number(new.items),
        practices: number(new.practices),
        step: new.step.into(),
        recipient: new.recipient.clone(),
        subject: new.subject.clone(),
        body: new.body.clone(),
        sent_on: new.sent_on,
        how: new.how.as_str().to_owned(),
        reply_due_on: new.reply_due_on,
        recorded_at: now,
        recorded_by: by,
    };
    add!(joint_letter, at.conn, row)
}

/// What happened with a joint letter, before it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewJointEvent {
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

/// Appends what happened with a letter.
pub async fn add_event<C: ConnectionTrait>(
    at: Scoped<'_, C, LmcScope>,
    new: &NewJointEvent,
    by: Uuid,
    now: DateTime<Utc>,
) -> Result<write::Outcome, DbErr> {
    let row = joint_letter_event::Model {
        lmc: at.scope.lmc().clone(),
        id: new.id,
        letter: new.letter,
        event: new.event.as_str().to_owned(),
        happened_on: new.on,
        note: new.note.clone(),
        recorded_at: now,
        recorded_by: by,
    };
    add!(joint_letter_event, at.conn, row)
}

/// One letter of the LMC.
pub async fn one<C: ConnectionTrait>(at: Scoped<'_, C, LmcScope>, id: RowId) -> Result<Option<JointLetter>, DbErr> {
    Ok(of_lmc(at).await?.into_iter().find(|one| one.letter.id == id))
}
