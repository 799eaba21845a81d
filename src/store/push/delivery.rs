//! Messages on their way: what is due, whose attempt one is, and what it came to.

use chrono::{DateTime, Utc};
use entity::{
    ids::{OdsCode, PushMessageId, PushSubscriptionId},
    push_message,
};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect, prelude::Expr};

use super::{PushMessageRow, PushState};
use crate::{
    db::Scoped,
    domain::access::{EverywhereScope, PracticeScope},
};

/// What is to be tried now, what waited longest first.
pub async fn due<C: ConnectionTrait>(
    at: Scoped<'_, C, EverywhereScope>,
    now: DateTime<Utc>,
    most: u64,
) -> Result<Vec<PushMessageRow>, DbErr> {
    push_message::Entity::find()
        .filter(push_message::Column::State.eq(PushState::Waiting.code()))
        .filter(push_message::Column::NextAt.lte(now))
        .order_by_asc(push_message::Column::NextAt)
        .order_by_asc(push_message::Column::Id)
        .limit(most)
        .all(at.conn)
        .await
}

/// Notes one more attempt before it is made, and when another node may take it over. False where another was faster.
pub async fn attempt<C: ConnectionTrait>(
    at: Scoped<'_, C, PracticeScope>,
    (id, made): (PushMessageId, i32),
    until: DateTime<Utc>,
) -> Result<bool, DbErr> {
    push_message::Entity::update_many()
        .col_expr(push_message::Column::Attempts, Expr::value(made.saturating_add(1)))
        .col_expr(push_message::Column::NextAt, Expr::value(until))
        .filter(push_message::Column::Practice.eq(at.scope.practice().clone()))
        .filter(push_message::Column::Id.eq(id))
        .filter(push_message::Column::State.eq(PushState::Waiting.code()))
        .filter(push_message::Column::Attempts.eq(made))
        .exec(at.conn)
        .await
        .map(|done| done.rows_affected == 1)
}

/// What an attempt came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PushCame {
    /// What becomes of the message.
    pub state: PushState,
    /// When it is tried again, where it waits.
    pub next_at: DateTime<Utc>,
    /// Status that was answered.
    pub answered: Option<i32>,
}

/// Notes what an attempt came to; one that was ended meanwhile stays ended.
pub async fn settle<C: ConnectionTrait>(
    at: Scoped<'_, C, PracticeScope>,
    id: PushMessageId,
    came: PushCame,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    use push_message::Column;
    let settled_at = (came.state != PushState::Waiting).then_some(now);
    push_message::Entity::update_many()
        .col_expr(Column::State, Expr::value(came.state.code()))
        .col_expr(Column::NextAt, Expr::value(came.next_at))
        .col_expr(Column::Answered, Expr::value(came.answered))
        .col_expr(Column::SettledAt, Expr::value(settled_at))
        .filter(Column::Practice.eq(at.scope.practice().clone()))
        .filter(Column::Id.eq(id))
        .filter(Column::State.eq(PushState::Waiting.code()))
        .exec(at.conn)
        .await?;
    Ok(())
}

/// Ends all that waits for a browser.
pub async fn end_waiting(
    conn: &impl ConnectionTrait,
    (practice, to): (&OdsCode, PushSubscriptionId),
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    use push_message::Column;
    push_message::Entity::update_many()
        .col_expr(Column::State, Expr::value(PushState::Ended.code()))
        .col_expr(Column::SettledAt, Expr::value(Some(now)))
        .filter(Column::Practice.eq(practice.clone()))
        .filter(Column::Subscription.eq(to))
        .filter(Column::State.eq(PushState::Waiting.code()))
        .exec(conn)
        .await?;
    Ok(())
}
