//! Single sessions, by the secret that a browser holds. Those of a person as a whole are with people.

use chrono::{DateTime, Utc};
use entity::session;
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, prelude::Expr};

/// Ends one, by the hash of its secret; nothing where it has ended already.
pub async fn end(conn: &impl ConnectionTrait, secret_hash: &str, now: DateTime<Utc>) -> Result<(), DbErr> {
    session::Entity::update_many()
        .col_expr(session::Column::RevokedAt, Expr::value(now))
        .filter(session::Column::SecretHash.eq(secret_hash))
        .filter(session::Column::RevokedAt.is_null())
        .exec(conn)
        .await?;
    Ok(())
}
