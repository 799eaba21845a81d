//! Authenticator apps of people and their recovery codes, whether somebody has a second factor at all, and how many wrong ones were
//! given in a row.
//!
//! What identifies whoever asks is read before there is a scope.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use entity::{
    ids::{PersonId, SessionId},
    passkey, recovery_code, second_factor, second_factor_try, session,
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect,
    prelude::Expr, sea_query::OnConflict,
};
use uuid::Uuid;

/// Rows as features handle them; they may not name entities themselves.
pub use entity::second_factor::Model as SecondFactorRow;

use crate::{db::Scoped, domain::access::AccountScope};

/// The app of a person, if one is confirmed.
pub async fn of(conn: &impl ConnectionTrait, person: PersonId) -> Result<Option<SecondFactorRow>, DbErr> {
    held(person).one(conn).await
}

/// Whether a person has a second factor of any kind.
pub async fn is_there(conn: &impl ConnectionTrait, person: PersonId) -> Result<bool, DbErr> {
    Ok(of(conn, person).await?.is_some() || has_passkey(conn, person).await?)
}

/// Whether a person has a passkey.
pub async fn has_passkey(conn: &impl ConnectionTrait, person: PersonId) -> Result<bool, DbErr> {
    let found = passkey::Entity::find().select_only().column(passkey::Column::Id);
    let found = found.filter(passkey::Column::Person.eq(person)).into_tuple::<Uuid>().one(conn).await?;
    Ok(found.is_some())
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

fn held(person: PersonId) -> sea_orm::Select<second_factor::Entity> {
    second_factor::Entity::find()
        .filter(second_factor::Column::Person.eq(person))
        .filter(second_factor::Column::EndedAt.is_null())
}

/// Everybody who has one of any kind.
pub async fn holders(conn: &impl ConnectionTrait) -> Result<HashSet<PersonId>, DbErr> {
    let with_app: Vec<PersonId> = second_factor::Entity::find()
        .select_only()
        .column(second_factor::Column::Person)
        .filter(second_factor::Column::EndedAt.is_null())
        .into_tuple()
        .all(conn)
        .await?;
    let with_passkey: Vec<PersonId> =
        passkey::Entity::find().select_only().column(passkey::Column::Person).distinct().into_tuple().all(conn).await?;
    Ok(with_app.into_iter().chain(with_passkey).collect())
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

/// Wrong ones of a person in a row, and when the last was given.
pub async fn wrong(conn: &impl ConnectionTrait, person: PersonId) -> Result<Option<(u32, DateTime<Utc>)>, DbErr> {
    let row = second_factor_try::Entity::find_by_id(person).one(conn).await?;
    Ok(row.map(|row| (u32::try_from(row.wrong).unwrap_or(0), row.last_at)))
}

/// Sets how many there were.
pub async fn set_wrong(
    conn: &impl ConnectionTrait,
    person: PersonId,
    wrong: u32,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    second_factor_try::Entity::insert(second_factor_try::ActiveModel {
        person: Set(person),
        wrong: Set(i32::try_from(wrong).unwrap_or(i32::MAX)),
        last_at: Set(now),
    })
    .on_conflict(
        OnConflict::column(second_factor_try::Column::Person)
            .update_columns([second_factor_try::Column::Wrong, second_factor_try::Column::LastAt])
            .to_owned(),
    )
    .exec_without_returning(conn)
    .await?;
    Ok(())
}

/// Forgets them: a right one was given, or all are new.
pub async fn forget_wrong(conn: &impl ConnectionTrait, person: PersonId) -> Result<(), DbErr> {
    second_factor_try::Entity::delete_by_id(person).exec(conn).await?;
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
