//! Screens with a display link. A link is used up by the screen that opens it; its hash gives way to that screen's own.

use chrono::{DateTime, Utc};
use entity::{
    display,
    ids::{DisplayId, OdsCode},
};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, prelude::Expr};

/// A stored display, as features handle it.
pub use entity::display::Model as DisplayRow;

use crate::{db::Scoped, domain::access::PracticeScope};

/// A display by the hash of its secret, of its link before it was opened: if it was not revoked and has not expired.
pub async fn by_secret(
    conn: &impl ConnectionTrait,
    hash: &str,
    now: DateTime<Utc>,
) -> Result<Option<DisplayRow>, DbErr> {
    display::Entity::find()
        .filter(display::Column::SecretHash.eq(hash))
        .filter(display::Column::RevokedAt.is_null())
        .filter(display::Column::ExpiresAt.gt(now))
        .one(conn)
        .await
}

/// A display by its key, whatever became of it.
pub async fn display(
    conn: &impl ConnectionTrait,
    practice: &OdsCode,
    id: DisplayId,
) -> Result<Option<DisplayRow>, DbErr> {
    display::Entity::find_by_id((practice.clone(), id)).one(conn).await
}

/// The displays of a practice that were not revoked, oldest first.
pub async fn of_practice<C: ConnectionTrait>(
    at: Scoped<'_, C, PracticeScope>,
    now: DateTime<Utc>,
) -> Result<Vec<DisplayRow>, DbErr> {
    display::Entity::find()
        .filter(display::Column::Practice.eq(at.scope.practice().clone()))
        .filter(display::Column::RevokedAt.is_null())
        .filter(display::Column::ExpiresAt.gt(now))
        .order_by_asc(display::Column::CreatedAt)
        .order_by_asc(display::Column::Id)
        .all(at.conn)
        .await
}

/// Adds a display; nothing where the id is there already. Says whether it was new.
pub async fn add(conn: &impl ConnectionTrait, row: DisplayRow) -> Result<bool, DbErr> {
    let added = display::Entity::insert(display::ActiveModel::from(row))
        .on_conflict_do_nothing_on([display::Column::Practice, display::Column::Id])
        .exec_without_returning(conn)
        .await?;
    Ok(matches!(added, sea_orm::TryInsertResult::Inserted(1..)))
}

/// Uses a link up: from now on the screen's own secret opens the display. Says whether the link still worked.
pub async fn open(
    conn: &impl ConnectionTrait,
    link_hash: &str,
    own_hash: &str,
    now: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Result<bool, DbErr> {
    display::Entity::update_many()
        .col_expr(display::Column::SecretHash, Expr::value(own_hash))
        .col_expr(display::Column::OpenedAt, Expr::value(Some(now)))
        .col_expr(display::Column::ExpiresAt, Expr::value(until))
        .filter(display::Column::SecretHash.eq(link_hash))
        .filter(display::Column::OpenedAt.is_null())
        .filter(display::Column::RevokedAt.is_null())
        .filter(display::Column::ExpiresAt.gt(now))
        .exec(conn)
        .await
        .map(|done| done.rows_affected > 0)
}

/// Revokes a display; says whether it worked until now.
pub async fn revoke<C: ConnectionTrait>(
    at: Scoped<'_, C, PracticeScope>,
    id: DisplayId,
    now: DateTime<Utc>,
) -> Result<bool, DbErr> {
    display::Entity::update_many()
        .col_expr(display::Column::RevokedAt, Expr::value(Some(now)))
        .filter(display::Column::Practice.eq(at.scope.practice().clone()))
        .filter(display::Column::Id.eq(id))
        .filter(display::Column::RevokedAt.is_null())
        .exec(at.conn)
        .await
        .map(|done| done.rows_affected > 0)
}
