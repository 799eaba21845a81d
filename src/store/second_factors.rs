//! Authenticator apps of people and their recovery codes.
//!
//! What identifies whoever asks is read before there is a scope.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use entity::{
    ids::{PersonId, SessionId},
    recovery_code, second_factor, session,
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DatabaseBackend, DbErr, EntityTrait, PaginatorTrait, QueryFilter,
    QuerySelect, prelude::Expr,
};
use uuid::Uuid;

/// Rows as features handle them; they may not name entities themselves.
pub use entity::second_factor::Model as SecondFactorRow;

use crate::{db::Scoped, domain::access::AccountScope};

/// The app of a person, if one is confirmed.
pub async fn of(conn: &impl ConnectionTrait, person: PersonId) -> Result<Option<SecondFactorRow>, DbErr> {
    held(person).one(conn).await
}

/// The app of whoever asks, and how many of its recovery codes were not used; nothing for a device or a screen.
pub async fn own<C: ConnectionTrait>(at: Scoped<'_, C, AccountScope>) -> Result<Option<(SecondFactorRow, u64)>, DbErr> {
    let Some(person) = at.scope.person() else {
        return Ok(None);
    };
    let Some(row) = of(at.conn, person).await? else {
        return Ok(None);
    };
    let left = recovery_code::Entity::find()
        .filter(recovery_code::Column::SecondFactor.eq(row.id))
        .filter(recovery_code::Column::UsedAt.is_null())
        .count(at.conn)
        .await?;
    Ok(Some((row, left)))
}

/// The app of a person, locked for the rest of the transaction, so that of two who give one code at once the second sees the first. On
/// SQLite there is one writer anyway.
pub async fn hold(conn: &impl ConnectionTrait, person: PersonId) -> Result<Option<SecondFactorRow>, DbErr> {
    let mut found = held(person);
    if conn.get_database_backend() == DatabaseBackend::Postgres {
        found = found.lock_exclusive();
    }
    found.one(conn).await
}

fn held(person: PersonId) -> sea_orm::Select<second_factor::Entity> {
    second_factor::Entity::find()
        .filter(second_factor::Column::Person.eq(person))
        .filter(second_factor::Column::EndedAt.is_null())
}

/// Everybody who has one.
pub async fn holders(conn: &impl ConnectionTrait) -> Result<HashSet<PersonId>, DbErr> {
    let people: Vec<PersonId> = second_factor::Entity::find()
        .select_only()
        .column(second_factor::Column::Person)
        .filter(second_factor::Column::EndedAt.is_null())
        .into_tuple()
        .all(conn)
        .await?;
    Ok(people.into_iter().collect())
}

/// Confirms an app, with the hashes of its recovery codes. False where this one was confirmed before.
pub async fn add(conn: &impl ConnectionTrait, row: SecondFactorRow, codes: Vec<String>) -> Result<bool, DbErr> {
    let factor = row.id;
    let added = second_factor::Entity::insert(second_factor::ActiveModel::from(row))
        .on_conflict_do_nothing_on([second_factor::Column::Id])
        .exec_without_returning(conn)
        .await?;
    if !matches!(added, sea_orm::TryInsertResult::Inserted(1..)) {
        return Ok(false);
    }
    let codes = codes.into_iter().map(|code_hash| recovery_code::ActiveModel {
        second_factor: Set(factor),
        code_hash: Set(code_hash),
        used_at: Set(None),
    });
    recovery_code::Entity::insert_many(codes).exec_without_returning(conn).await?;
    Ok(true)
}

/// Ends the app of a person; says whether there was one.
pub async fn end(conn: &impl ConnectionTrait, person: PersonId, now: DateTime<Utc>) -> Result<bool, DbErr> {
    second_factor::Entity::update_many()
        .col_expr(second_factor::Column::EndedAt, Expr::value(now))
        .filter(second_factor::Column::Person.eq(person))
        .filter(second_factor::Column::EndedAt.is_null())
        .exec(conn)
        .await
        .map(|done| done.rows_affected > 0)
}

/// Takes the code of a step; false where it or a later one was taken before.
pub async fn take_step(conn: &impl ConnectionTrait, id: Uuid, step: i64) -> Result<bool, DbErr> {
    second_factor::Entity::update_many()
        .col_expr(second_factor::Column::LastStep, Expr::value(step))
        .filter(second_factor::Column::Id.eq(id))
        .filter(second_factor::Column::LastStep.lt(step))
        .exec(conn)
        .await
        .map(|done| done.rows_affected == 1)
}

/// Takes a recovery code; false where there is no such code, or it was taken before.
pub async fn take_recovery(
    conn: &impl ConnectionTrait,
    id: Uuid,
    code_hash: &str,
    now: DateTime<Utc>,
) -> Result<bool, DbErr> {
    recovery_code::Entity::update_many()
        .col_expr(recovery_code::Column::UsedAt, Expr::value(now))
        .filter(recovery_code::Column::SecondFactor.eq(id))
        .filter(recovery_code::Column::CodeHash.eq(code_hash))
        .filter(recovery_code::Column::UsedAt.is_null())
        .exec(conn)
        .await
        .map(|done| done.rows_affected == 1)
}

/// Sets how many wrong codes were given in a row, and when the last was.
pub async fn set_wrong(
    conn: &impl ConnectionTrait,
    id: Uuid,
    wrong: u32,
    at: Option<DateTime<Utc>>,
) -> Result<(), DbErr> {
    second_factor::Entity::update_many()
        .col_expr(second_factor::Column::Wrong, Expr::value(i32::try_from(wrong).unwrap_or(i32::MAX)))
        .col_expr(second_factor::Column::WrongAt, Expr::value(at))
        .filter(second_factor::Column::Id.eq(id))
        .exec(conn)
        .await?;
    Ok(())
}

/// Notes that a second factor was proven in a session.
pub async fn prove(conn: &impl ConnectionTrait, id: SessionId, now: DateTime<Utc>) -> Result<(), DbErr> {
    session::Entity::update_many()
        .col_expr(session::Column::SecondFactorAt, Expr::value(now))
        .filter(session::Column::Id.eq(id))
        .exec(conn)
        .await?;
    Ok(())
}
