//! The latest time this installation has seen: one row for all nodes.

use chrono::{DateTime, Utc};
use entity::{audit_event, clock_seen};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::Expr,
};

const ONE: i32 = 1;

/// What was seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seen {
    /// The latest time, by a node whose clock was believed.
    pub latest: DateTime<Utc>,
    /// No row is dated before then.
    pub stamped: DateTime<Utc>,
}

/// What was seen; nothing before the first start.
pub async fn seen(conn: &impl ConnectionTrait) -> Result<Option<Seen>, DbErr> {
    let row = clock_seen::Entity::find_by_id(ONE).one(conn).await?;
    Ok(row.map(|row| Seen { latest: row.latest, stamped: row.stamped }))
}

/// When the newest event of any chain was recorded.
pub async fn newest_event(conn: &impl ConnectionTrait) -> Result<Option<DateTime<Utc>>, DbErr> {
    audit_event::Entity::find()
        .select_only()
        .column(audit_event::Column::RecordedAt)
        .order_by_desc(audit_event::Column::RecordedAt)
        .limit(1)
        .into_tuple()
        .one(conn)
        .await
}

/// Notes the time, and the newest date given to a row. Neither goes back.
pub async fn note(conn: &impl ConnectionTrait, latest: DateTime<Utc>, stamped: DateTime<Utc>) -> Result<(), DbErr> {
    let (id, later) = (Set(ONE), clock_seen::Column::Latest);
    let row = clock_seen::ActiveModel { id, latest: Set(latest), stamped: Set(stamped) };
    clock_seen::Entity::insert(row)
        .on_conflict_do_nothing_on([clock_seen::Column::Id])
        .exec_without_returning(conn)
        .await?;
    clock_seen::Entity::update_many().col_expr(later, Expr::value(latest)).filter(later.lt(latest)).exec(conn).await?;
    self::stamped(conn, stamped).await
}

/// Rows are dated after `at` from now on: an anchor ends there.
pub async fn stamped(conn: &impl ConnectionTrait, at: DateTime<Utc>) -> Result<(), DbErr> {
    let stamped = clock_seen::Column::Stamped;
    clock_seen::Entity::update_many().col_expr(stamped, Expr::value(at)).filter(stamped.lt(at)).exec(conn).await?;
    Ok(())
}

/// An administrator says that it is `now`, whatever was seen before.
pub async fn confirm(conn: &impl ConnectionTrait, now: DateTime<Utc>) -> Result<(), DbErr> {
    note(conn, now, now).await?;
    clock_seen::Entity::update_many().col_expr(clock_seen::Column::Latest, Expr::value(now)).exec(conn).await?;
    Ok(())
}
