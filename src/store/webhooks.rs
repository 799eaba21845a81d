//! Webhooks of practices: their addresses, what waits to be told, and what became of it.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use entity::{
    ids::{LocalDate, OdsCode, OrgCode, PersonId, WebhookId, WebhookMessageId},
    role_grant, webhook, webhook_message,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    TryInsertResult, prelude::Expr,
};

/// An address, as features and jobs handle it.
pub use entity::webhook::Model as WebhookRow;
/// A message, as features and jobs handle it.
pub use entity::webhook_message::Model as WebhookMessageRow;

use super::keyed::listed;
mod delivery;

pub use delivery::{AttemptCame, attempt, due, end_waiting, forget_before, settle};

use crate::{
    db::Scoped,
    domain::{
        access::{EverywhereScope, PracticeScope, Role},
        webhook::{News, WebhookEvent, id_of_day},
    },
};

/// Messages that may wait for one address; beyond them nothing is added.
pub const MOST_WAITING: u64 = 1_000;

/// What became of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MessageState {
    /// It waits to be tried, or to be tried again.
    Waiting,
    /// The program took it.
    Delivered,
    /// It was tried for a day, or the program said that it is gone.
    GivenUp,
    /// Its address was ended or given up first.
    Ended,
}

impl MessageState {
    const ALL: [Self; 4] = [Self::Waiting, Self::Delivered, Self::GivenUp, Self::Ended];

    /// Stable text, as stored.
    pub fn code(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Delivered => "delivered",
            Self::GivenUp => "given-up",
            Self::Ended => "ended",
        }
    }

    /// What is stored; one that this version does not know is over.
    pub fn of(row: &WebhookMessageRow) -> Self {
        Self::ALL.into_iter().find(|state| state.code() == row.state).unwrap_or(Self::Ended)
    }
}

/// Whether an address chose to be told of an event.
pub fn is_told(row: &WebhookRow, event: WebhookEvent) -> bool {
    row.events.split(' ').any(|chosen| chosen == event.code())
}

/// An address, whatever became of it.
pub async fn webhook<C: ConnectionTrait>(
    at: Scoped<'_, C, PracticeScope>,
    id: WebhookId,
) -> Result<Option<WebhookRow>, DbErr> {
    webhook::Entity::find_by_id((at.scope.practice().clone(), id)).one(at.conn).await
}

/// The addresses of a practice that were not revoked, the oldest first.
pub async fn of_practice<C: ConnectionTrait>(at: Scoped<'_, C, PracticeScope>) -> Result<Vec<WebhookRow>, DbErr> {
    webhook::Entity::find()
        .filter(webhook::Column::Practice.eq(at.scope.practice().clone()))
        .filter(webhook::Column::RevokedAt.is_null())
        .order_by_asc(webhook::Column::CreatedAt)
        .order_by_asc(webhook::Column::Id)
        .all(at.conn)
        .await
}

/// Adds an address; nothing where the id is there already. Says whether it was new.
pub async fn add(conn: &impl ConnectionTrait, row: WebhookRow) -> Result<bool, DbErr> {
    let added = webhook::Entity::insert(webhook::ActiveModel::from(row))
        .on_conflict_do_nothing_on([webhook::Column::Practice, webhook::Column::Id])
        .exec_without_returning(conn)
        .await?;
    Ok(matches!(added, TryInsertResult::Inserted(1..)))
}

/// Sets when an address was revoked; says whether it was not before.
pub async fn revoke<C: ConnectionTrait>(
    at: Scoped<'_, C, PracticeScope>,
    id: WebhookId,
    now: DateTime<Utc>,
) -> Result<bool, DbErr> {
    let done = webhook::Entity::update_many()
        .col_expr(webhook::Column::RevokedAt, Expr::value(Some(now)))
        .filter(webhook::Column::Practice.eq(at.scope.practice().clone()))
        .filter(webhook::Column::Id.eq(id))
        .filter(webhook::Column::RevokedAt.is_null())
        .exec(at.conn)
        .await?;
    Ok(done.rows_affected > 0)
}

/// Gives an address up; says whether it was not before.
pub async fn stop<C: ConnectionTrait>(
    at: Scoped<'_, C, PracticeScope>,
    id: WebhookId,
    now: DateTime<Utc>,
) -> Result<bool, DbErr> {
    let done = webhook::Entity::update_many()
        .col_expr(webhook::Column::StoppedAt, Expr::value(Some(now)))
        .filter(webhook::Column::Practice.eq(at.scope.practice().clone()))
        .filter(webhook::Column::Id.eq(id))
        .filter(webhook::Column::StoppedAt.is_null())
        .filter(webhook::Column::RevokedAt.is_null())
        .exec(at.conn)
        .await?;
    Ok(done.rows_affected > 0)
}

/// Tells an address again that was given up; says whether it was.
pub async fn start<C: ConnectionTrait>(at: Scoped<'_, C, PracticeScope>, id: WebhookId) -> Result<bool, DbErr> {
    let done = webhook::Entity::update_many()
        .col_expr(webhook::Column::StoppedAt, Expr::value(None::<DateTime<Utc>>))
        .filter(webhook::Column::Practice.eq(at.scope.practice().clone()))
        .filter(webhook::Column::Id.eq(id))
        .filter(webhook::Column::StoppedAt.is_not_null())
        .filter(webhook::Column::RevokedAt.is_null())
        .exec(at.conn)
        .await?;
    Ok(done.rows_affected > 0)
}

/// Puts what happened into the queue of every address of the practice that chose it.
pub async fn tell<C: ConnectionTrait>(
    at: Scoped<'_, C, PracticeScope>,
    news: &News,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    for row in of_practice(at).await? {
        if row.stopped_at.is_none() && is_told(&row, news.event) {
            queue(at, (row.id, WebhookMessageId(uuid::Uuid::now_v7())), news, now).await?;
        }
    }
    Ok(())
}

/// Puts what happened on a day into their queues, once for the day.
pub async fn tell_of_day<C: ConnectionTrait>(
    at: Scoped<'_, C, PracticeScope>,
    (news, day): (&News, LocalDate),
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    for row in of_practice(at).await? {
        if row.stopped_at.is_none() && is_told(&row, news.event) {
            queue(at, (row.id, id_of_day(row.id, news.event, day)), news, now).await?;
        }
    }
    Ok(())
}

/// Puts one message into the queue of one address, once for each id.
pub async fn queue<C: ConnectionTrait>(
    at: Scoped<'_, C, PracticeScope>,
    (to, id): (WebhookId, WebhookMessageId),
    news: &News,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    if waiting(at, to).await? >= MOST_WAITING {
        tracing::warn!(webhook = %to, "so many messages wait for a webhook that one more was left out");
        return Ok(());
    }
    let body = news.body(at.scope.practice()).map_err(|error| DbErr::Custom(error.to_string()))?;
    let row = WebhookMessageRow {
        practice: at.scope.practice().clone(),
        id,
        webhook: to,
        event: news.event.code().to_owned(),
        body,
        state: MessageState::Waiting.code().to_owned(),
        queued_at: now,
        attempts: 0,
        next_at: now,
        tried_at: None,
        took_ms: None,
        answered: None,
        failure: None,
        settled_at: None,
    };
    webhook_message::Entity::insert(webhook_message::ActiveModel::from(row))
        .on_conflict_do_nothing_on([webhook_message::Column::Practice, webhook_message::Column::Id])
        .exec_without_returning(at.conn)
        .await?;
    Ok(())
}

/// A message, whatever became of it.
pub async fn message<C: ConnectionTrait>(
    at: Scoped<'_, C, PracticeScope>,
    id: WebhookMessageId,
) -> Result<Option<WebhookMessageRow>, DbErr> {
    webhook_message::Entity::find_by_id((at.scope.practice().clone(), id)).one(at.conn).await
}

/// How many messages wait for an address.
pub async fn waiting<C: ConnectionTrait>(at: Scoped<'_, C, PracticeScope>, to: WebhookId) -> Result<u64, DbErr> {
    webhook_message::Entity::find()
        .filter(webhook_message::Column::Practice.eq(at.scope.practice().clone()))
        .filter(webhook_message::Column::Webhook.eq(to))
        .filter(webhook_message::Column::State.eq(MessageState::Waiting.code()))
        .count(at.conn)
        .await
}

/// Tests of an address since then.
pub async fn tests_since<C: ConnectionTrait>(
    at: Scoped<'_, C, PracticeScope>,
    to: WebhookId,
    then: DateTime<Utc>,
) -> Result<u64, DbErr> {
    webhook_message::Entity::find()
        .filter(webhook_message::Column::Practice.eq(at.scope.practice().clone()))
        .filter(webhook_message::Column::Webhook.eq(to))
        .filter(webhook_message::Column::QueuedAt.gt(then))
        .filter(webhook_message::Column::Event.eq(WebhookEvent::Test.code()))
        .count(at.conn)
        .await
}

/// The last messages to an address, the newest first.
pub async fn last<C: ConnectionTrait>(
    at: Scoped<'_, C, PracticeScope>,
    to: WebhookId,
    most: u64,
) -> Result<Vec<WebhookMessageRow>, DbErr> {
    webhook_message::Entity::find()
        .filter(webhook_message::Column::Practice.eq(at.scope.practice().clone()))
        .filter(webhook_message::Column::Webhook.eq(to))
        .order_by_desc(webhook_message::Column::QueuedAt)
        .order_by_desc(webhook_message::Column::Id)
        .limit(most)
        .all(at.conn)
        .await
}

/// Whoever runs a practice now.
pub async fn managers<C: ConnectionTrait>(at: Scoped<'_, C, PracticeScope>) -> Result<BTreeSet<PersonId>, DbErr> {
    let practice: OrgCode = at.scope.practice().into();
    let rows = role_grant::Entity::find()
        .filter(role_grant::Column::Organisation.eq(practice))
        .filter(role_grant::Column::Role.eq(Role::PracticeManager.code()))
        .filter(role_grant::Column::RevokedAt.is_null())
        .all(at.conn)
        .await?;
    Ok(rows.into_iter().map(|row| row.person).collect())
}

/// Practices of which an address waits to hear that a day reached the limit.
pub async fn awaiting_limit<C: ConnectionTrait>(
    at: Scoped<'_, C, EverywhereScope>,
    day: LocalDate,
) -> Result<BTreeSet<OdsCode>, DbErr> {
    let event = WebhookEvent::LimitReached;
    let living = webhook::Entity::find()
        .filter(webhook::Column::RevokedAt.is_null())
        .filter(webhook::Column::StoppedAt.is_null())
        .filter(webhook::Column::Events.contains(event.code()))
        .all(at.conn)
        .await?;
    let mut of: HashMap<WebhookMessageId, OdsCode> =
        living.into_iter().map(|row| (id_of_day(row.id, event, day), row.practice)).collect();
    let ids: Vec<WebhookMessageId> = of.keys().copied().collect();
    let told = listed(at.conn, webhook_message::Entity::find(), webhook_message::Column::Id, ids).await?;
    for row in told {
        of.remove(&row.id);
    }
    Ok(of.into_values().collect())
}
