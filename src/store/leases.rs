//! Who does a job now, so that each is done once across nodes.

use chrono::{DateTime, Utc};
use entity::lease;
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, TryInsertResult,
    sea_query::{Expr, ExprTrait, OnConflict},
};
use uuid::Uuid;

/// Takes or renews a lease; false where somebody else holds it. One statement, so that two nodes cannot both have it.
pub async fn take(
    conn: &impl ConnectionTrait,
    name: &str,
    holder: Uuid,
    now: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Result<bool, DbErr> {
    let free =
        Expr::col((lease::Entity, lease::Column::Until))
            .lte(now)
            .or(Expr::col((lease::Entity, lease::Column::Holder)).eq(holder));
    let taken = lease::Entity::insert(lease::ActiveModel {
        name: Set(name.to_owned()),
        holder: Set(holder),
        until: Set(until),
    })
    .on_conflict(
        OnConflict::column(lease::Column::Name)
            .update_columns([lease::Column::Holder, lease::Column::Until])
            .action_and_where(free)
            .to_owned(),
    )
    .try_insert()
    .exec_without_returning(conn)
    .await?;
    Ok(matches!(taken, TryInsertResult::Inserted(1..)))
}

/// Lets a lease go.
pub async fn release(conn: &impl ConnectionTrait, name: &str, holder: Uuid) -> Result<(), DbErr> {
    lease::Entity::delete_many()
        .filter(lease::Column::Name.eq(name))
        .filter(lease::Column::Holder.eq(holder))
        .exec(conn)
        .await?;
    Ok(())
}

/// Until when a lease is held; nothing where nobody ever took it.
pub async fn until(conn: &impl ConnectionTrait, name: &str) -> Result<Option<DateTime<Utc>>, DbErr> {
    let row = lease::Entity::find_by_id(name.to_owned()).one(conn).await?;
    Ok(row.map(|row| row.until))
}
