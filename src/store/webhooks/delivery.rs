//! Messages on their way: what is due, whose attempt one is, and what it came to.

use chrono::{DateTime, Utc};
use entity::{
    ids::{OdsCode, WebhookId, WebhookMessageId},
    webhook_message,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect, prelude::Expr,
    sea_query::ExprTrait,
};

use super::{MessageState, WebhookMessageRow};
use crate::{
    db::Scoped,
    domain::access::{EverywhereScope, PracticeScope},
};

/// What is to be tried now, one of each address, those that waited longest first: a program that is slow keeps nobody else's
/// waiting.
pub async fn due<C: ConnectionTrait>(
    at: Scoped<'_, C, EverywhereScope>,
    now: DateTime<Utc>,
    most: u64,
) -> Result<Vec<WebhookMessageRow>, DbErr> {
    use webhook_message::Column;
    let waits = || {
        webhook_message::Entity::find()
            .filter(Column::State.eq(MessageState::Waiting.code()))
            .filter(Column::NextAt.lte(now))
    };
    let addresses: Vec<(OdsCode, WebhookId)> = waits()
        .select_only()
        .column(Column::Practice)
        .column(Column::Webhook)
        .group_by(Column::Practice)
        .group_by(Column::Webhook)
        .order_by_asc(Expr::col(Column::NextAt).min())
        .limit(most)
        .into_tuple()
        .all(at.conn)
        .await?;
    let mut found = Vec::with_capacity(addresses.len());
    for (practice, to) in addresses {
        let oldest = waits()
            .filter(Column::Practice.eq(practice))
            .filter(Column::Webhook.eq(to))
            .order_by_asc(Column::QueuedAt)
            .order_by_asc(Column::Id)
            .one(at.conn)
            .await?;
        found.extend(oldest);
    }
    Ok(found)
}

/// Notes one more attempt before it is made, and when another node may take it over. False where another was faster.
pub async fn attempt<C: ConnectionTrait>(
    at: Scoped<'_, C, PracticeScope>,
    (id, made): (WebhookMessageId, i32),
    (now, until): (DateTime<Utc>, DateTime<Utc>),
) -> Result<bool, DbErr> {
    webhook_message::Entity::update_many()
        .col_expr(webhook_message::Column::Attempts, Expr::value(made.saturating_add(1)))
        .col_expr(webhook_message::Column::NextAt, Expr::value(until))
        .col_expr(webhook_message::Column::TriedAt, Expr::value(Some(now)))
        .filter(webhook_message::Column::Practice.eq(at.scope.practice().clone()))
        .filter(webhook_message::Column::Id.eq(id))
        .filter(webhook_message::Column::State.eq(MessageState::Waiting.code()))
        .filter(webhook_message::Column::Attempts.eq(made))
        .exec(at.conn)
        .await
        .map(|done| done.rows_affected == 1)
}

/// What an attempt came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AttemptCame {
    /// What becomes of the message.
    pub state: MessageState,
    /// When it is tried again, where it waits.
    pub next_at: DateTime<Utc>,
    /// Milliseconds.
    pub took_ms: i32,
    /// Status that was answered.
    pub answered: Option<i32>,
    /// Why there was none.
    pub failure: Option<&'static str>,
}

/// Notes what an attempt came to; one that was ended meanwhile stays ended.
pub async fn settle<C: ConnectionTrait>(
    at: Scoped<'_, C, PracticeScope>,
    id: WebhookMessageId,
    came: AttemptCame,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    use webhook_message::Column;
    let settled_at = (came.state != MessageState::Waiting).then_some(now);
    webhook_message::Entity::update_many()
        .col_expr(Column::State, Expr::value(came.state.code()))
        .col_expr(Column::NextAt, Expr::value(came.next_at))
        .col_expr(Column::TookMs, Expr::value(Some(came.took_ms)))
        .col_expr(Column::Answered, Expr::value(came.answered))
        .col_expr(Column::Failure, Expr::value(came.failure.map(str::to_owned)))
        .col_expr(Column::SettledAt, Expr::value(settled_at))
        .filter(Column::Practice.eq(at.scope.practice().clone()))
        .filter(Column::Id.eq(id))
        .filter(Column::State.eq(MessageState::Waiting.code()))
        .exec(at.conn)
        .await?;
    Ok(())
}

/// Ends all that waits for an address.
pub async fn end_waiting<C: ConnectionTrait>(
    at: Scoped<'_, C, PracticeScope>,
    to: WebhookId,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    use webhook_message::Column;
    webhook_message::Entity::update_many()
        .col_expr(Column::State, Expr::value(MessageState::Ended.code()))
        .col_expr(Column::SettledAt, Expr::value(Some(now)))
        .filter(Column::Practice.eq(at.scope.practice().clone()))
        .filter(Column::Webhook.eq(to))
        .filter(Column::State.eq(MessageState::Waiting.code()))
        .exec(at.conn)
        .await?;
    Ok(())
}

/// Forgets messages of before a moment that wait no longer; says how many.
pub async fn forget_before(conn: &impl ConnectionTrait, then: DateTime<Utc>) -> Result<u64, DbErr> {
    webhook_message::Entity::delete_many()
        .filter(webhook_message::Column::QueuedAt.lt(then))
        .filter(webhook_message::Column::State.ne(MessageState::Waiting.code()))
        .exec(conn)
        .await
        .map(|done| done.rows_affected)
}
