//! Notices on services, what came back, and the secret addresses of calendar feeds.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entity::{
    calendar_feed,
    ids::{NoticeId, OdsCode, PersonId, RowId, StatusId, SubjectId},
    notice, notice_event,
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DatabaseBackend, DbErr, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect, prelude::Expr,
};
use uuid::Uuid;

/// A stored feed, as features handle it.
pub use entity::calendar_feed::Model as FeedRow;

use super::write;
use crate::{
    db::Scoped,
    domain::{
        access::PracticeScope,
        notice::{Happened, NewHappened, NewNotice, Notice, NoticePeriod},
    },
};

/// Every notice of a practice with what happened since, the newest served first.
pub async fn all<C: ConnectionTrait>(at: Scoped<'_, C, PracticeScope>) -> Result<Vec<Notice>, DbErr> {
    let practice = at.scope.practice();
    let mut events: HashMap<NoticeId, Vec<Happened>> = HashMap::new();
    let rows = notice_event::Entity::find()
        .filter(notice_event::Column::Practice.eq(practice.clone()))
        .order_by_asc(notice_event::Column::RecordedAt)
        .order_by_asc(notice_event::Column::Id)
        .all(at.conn)
        .await?;
    for row in rows {
        let of = row.notice;
        events.entry(of).or_default().push(happened(row)?);
    }
    let rows = notice::Entity::find()
        .filter(notice::Column::Practice.eq(practice.clone()))
        .order_by_desc(notice::Column::ServedOn)
        .order_by_desc(notice::Column::Id)
        .all(at.conn)
        .await?;
    rows.into_iter()
        .map(|row| {
            let since = events.remove(&row.id).unwrap_or_default();
            read(row, since)
        })
        .collect()
}

/// One notice of a practice.
pub async fn one<C: ConnectionTrait>(at: Scoped<'_, C, PracticeScope>, id: NoticeId) -> Result<Option<Notice>, DbErr> {
    let practice = at.scope.practice();
    let key = (practice.clone(), id);
    let Some(row) = notice::Entity::find_by_id(key).one(at.conn).await? else {
        return Ok(None);
    };
    let events = notice_event::Entity::find()
        .filter(notice_event::Column::Practice.eq(practice.clone()))
        .filter(notice_event::Column::Notice.eq(id))
        .order_by_asc(notice_event::Column::RecordedAt)
        .order_by_asc(notice_event::Column::Id)
        .all(at.conn)
        .await?;
    let events = events.into_iter().map(happened).collect::<Result<_, _>>()?;
    read(row, events).map(Some)
}

/// Keeps others from recording what happened to a notice until COMMIT: what may follow depends on what is there. SQLite
/// has one writer.
pub async fn hold<C: ConnectionTrait>(at: Scoped<'_, C, PracticeScope>, id: NoticeId) -> Result<(), DbErr> {
    if at.conn.get_database_backend() != DatabaseBackend::Postgres {
        return Ok(());
    }
    notice::Entity::find_by_id((at.scope.practice().clone(), id)).lock_exclusive().one(at.conn).await?;
    Ok(())
}

fn decoded<T: std::str::FromStr<Err = entity::ids::NotAnId>>(text: &str) -> Result<T, DbErr> {
    text.parse().map_err(|error: entity::ids::NotAnId| DbErr::Type(error.to_string()))
}

fn happened(row: notice_event::Model) -> Result<Happened, DbErr> {
    Ok(Happened {
        id: row.id,
        event: decoded(&row.event)?,
        on: row.happened_on,
        note: row.note,
        recorded_at: row.recorded_at,
    })
}

fn read(row: notice::Model, events: Vec<Happened>) -> Result<Notice, DbErr> {
    Ok(Notice {
        id: row.id,
        item: row.item,
        subject: row.subject,
        served_on: row.served_on,
        period: NoticePeriod { n: u16::try_from(row.period_n).unwrap_or_default(), unit: decoded(&row.period_unit)? },
        ends_on: row.ends_on,
        commissioner: row.commissioner,
        contract: decoded(&row.contract)?,
        funded: row.funded,
        patients: row.patients.and_then(|n| u32::try_from(n).ok()),
        reply_due_on: row.reply_due_on,
        recorded_at: row.recorded_at,
        events,
    })
}

/// Appends a notice on a service; the id is the client's. `status` is the row of the register that goes with it.
pub async fn add<C: ConnectionTrait>(
    at: Scoped<'_, C, PracticeScope>,
    new: &NewNotice,
    (subject, status): (SubjectId, StatusId),
    recorded_by: Uuid,
    now: DateTime<Utc>,
) -> Result<write::Outcome, DbErr> {
    let added = notice::Entity::insert(notice::ActiveModel {
        practice: Set(at.scope.practice().clone()),
        id: Set(new.id),
        item: Set(new.item.clone()),
        subject: Set(subject),
        status: Set(status),
        served_on: Set(new.served_on),
        period_n: Set(new.period.n.into()),
        period_unit: Set(new.period.unit.as_str().to_owned()),
        ends_on: Set(new.ends_on),
        commissioner: Set(new.commissioner.clone()),
        contract: Set(new.contract.as_str().to_owned()),
        funded: Set(new.funded),
        patients: Set(new.patients.and_then(|n| i32::try_from(n).ok())),
        reply_due_on: Set(new.reply_due_on),
        recorded_at: Set(now),
        recorded_by: Set(recorded_by),
    })
    .on_conflict_do_nothing_on([notice::Column::Practice, notice::Column::Id])
    .exec_without_returning(at.conn)
    .await?;
    if matches!(added, sea_orm::TryInsertResult::Inserted(1..)) {
        return Ok(write::Outcome::New);
    }
    let same = one(at, new.id).await?.is_some_and(|stored| {
        let sent = new.clone().recorded(subject, stored.recorded_at);
        let events = Vec::new();
        Notice { events, ..stored } == sent
    });
    Ok(write::Outcome::again(same))
}

/// Appends what happened to a notice; the id is the client's.
pub async fn add_event<C: ConnectionTrait>(
    at: Scoped<'_, C, PracticeScope>,
    notice: NoticeId,
    new: &NewHappened,
    recorded_by: Uuid,
    now: DateTime<Utc>,
) -> Result<write::Outcome, DbErr> {
    let practice = at.scope.practice();
    let added = notice_event::Entity::insert(notice_event::ActiveModel {
        practice: Set(practice.clone()),
        id: Set(new.id),
        notice: Set(notice),
        event: Set(new.event.as_str().to_owned()),
        happened_on: Set(new.on),
        note: Set(new.note.clone().unwrap_or_default()),
        recorded_at: Set(now),
        recorded_by: Set(recorded_by),
    })
    .on_conflict_do_nothing_on([notice_event::Column::Practice, notice_event::Column::Id])
    .exec_without_returning(at.conn)
    .await?;
    if matches!(added, sea_orm::TryInsertResult::Inserted(1..)) {
        return Ok(write::Outcome::New);
    }
    let key = (practice.clone(), new.id);
    let stored = notice_event::Entity::find_by_id(key).one(at.conn).await?;
    let same = stored.is_some_and(|row| {
        row.notice == notice
            && row.event == new.event.as_str()
            && row.happened_on == new.on
            && row.note == new.note.as_deref().unwrap_or_default()
    });
    Ok(write::Outcome::again(same))
}

/// A feed before it is made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewFeed {
    /// Made by the client.
    pub id: RowId,
    /// Whose.
    pub person: PersonId,
    /// What is kept of the secret in its address.
    pub secret_hash: String,
}

/// Makes a feed; nothing where the id is there already. Says whether it was new.
pub async fn add_feed<C: ConnectionTrait>(
    at: Scoped<'_, C, PracticeScope>,
    new: NewFeed,
    now: DateTime<Utc>,
) -> Result<bool, DbErr> {
    let row = FeedRow {
        practice: at.scope.practice().clone(),
        id: new.id,
        person: new.person,
        secret_hash: new.secret_hash,
        created_at: now,
        revoked_at: None,
    };
    let key = [calendar_feed::Column::Practice, calendar_feed::Column::Id];
    let added = calendar_feed::Entity::insert(calendar_feed::ActiveModel::from(row))
        .on_conflict_do_nothing_on(key)
        .exec_without_returning(at.conn)
        .await?;
    Ok(matches!(added, sea_orm::TryInsertResult::Inserted(1..)))
}

/// Revokes every feed of a person at a practice: there is one address at a time. Says whether there was one.
pub async fn revoke_feeds(
    conn: &impl ConnectionTrait,
    practice: &OdsCode,
    person: PersonId,
    now: DateTime<Utc>,
) -> Result<bool, DbErr> {
    calendar_feed::Entity::update_many()
        .col_expr(calendar_feed::Column::RevokedAt, Expr::value(Some(now)))
        .filter(calendar_feed::Column::Practice.eq(practice.clone()))
        .filter(calendar_feed::Column::Person.eq(person))
        .filter(calendar_feed::Column::RevokedAt.is_null())
        .exec(conn)
        .await
        .map(|done| done.rows_affected > 0)
}

/// A person's feed of a practice, if they have one.
pub async fn feed_of(
    conn: &impl ConnectionTrait,
    practice: &OdsCode,
    person: PersonId,
) -> Result<Option<FeedRow>, DbErr> {
    calendar_feed::Entity::find()
        .filter(calendar_feed::Column::Practice.eq(practice.clone()))
        .filter(calendar_feed::Column::Person.eq(person))
        .filter(calendar_feed::Column::RevokedAt.is_null())
        .one(conn)
        .await
}

/// A feed by the hash of its secret, if it was not revoked.
pub async fn feed_by_secret(conn: &impl ConnectionTrait, hash: &str) -> Result<Option<FeedRow>, DbErr> {
    calendar_feed::Entity::find()
        .filter(calendar_feed::Column::SecretHash.eq(hash))
        .filter(calendar_feed::Column::RevokedAt.is_null())
        .one(conn)
        .await
}
