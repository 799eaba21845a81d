//! Passkeys of people, and the challenges that were answered.
//!
//! What identifies whoever asks is read before there is a scope.

use chrono::{DateTime, Duration, Utc};
use entity::{ids::PersonId, passkey, passkey_challenge};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, TryInsertResult,
    prelude::Expr,
};
use uuid::Uuid;

/// Rows as features handle them; they may not name entities themselves.
pub use entity::passkey::Model as PasskeyRow;

use crate::{db::Scoped, domain::access::AccountScope};

/// How long an answered challenge is remembered: longer than it could be answered.
const REMEMBERED: Duration = Duration::hours(1);

/// Those of a person, in the order in which they were added.
pub async fn of(conn: &impl ConnectionTrait, person: PersonId) -> Result<Vec<PasskeyRow>, DbErr> {
    passkey::Entity::find()
        .filter(passkey::Column::Person.eq(person))
        .order_by_asc(passkey::Column::AddedAt)
        .order_by_asc(passkey::Column::Id)
        .all(conn)
        .await
}

/// Those of whoever asks; none for a device or a screen.
pub async fn own<C: ConnectionTrait>(at: Scoped<'_, C, AccountScope>) -> Result<Vec<PasskeyRow>, DbErr> {
    match at.scope.person() {
        Some(person) => of(at.conn, person).await,
        None => Ok(Vec::new()),
    }
}

/// One of a person; nothing where it is another's, or was removed.
pub async fn one(conn: &impl ConnectionTrait, person: PersonId, id: Uuid) -> Result<Option<PasskeyRow>, DbErr> {
    let found = passkey::Entity::find_by_id(id).one(conn).await?;
    Ok(found.filter(|row| row.person == person))
}

/// Adds one; false where somebody has it already.
pub async fn add(conn: &impl ConnectionTrait, row: PasskeyRow) -> Result<bool, DbErr> {
    let added = passkey::Entity::insert(passkey::ActiveModel::from(row))
        .on_conflict_do_nothing_on([passkey::Column::CredentialId])
        .exec_without_returning(conn)
        .await?;
    Ok(matches!(added, TryInsertResult::Inserted(1..)))
}

/// What an authenticator showed when a passkey was used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UsedPasskey {
    /// Which.
    pub id: Uuid,
    /// What is verified with from now on.
    pub credential: String,
    /// The number it counted to.
    pub counter: u32,
    /// Whether it is kept on several devices.
    pub backed_up: bool,
}

/// Notes that one was used.
pub async fn note_use(conn: &impl ConnectionTrait, used: UsedPasskey, now: DateTime<Utc>) -> Result<(), DbErr> {
    passkey::Entity::update_many()
        .col_expr(passkey::Column::Credential, Expr::value(used.credential))
        .col_expr(passkey::Column::Counter, Expr::value(i64::from(used.counter)))
        .col_expr(passkey::Column::BackedUp, Expr::value(used.backed_up))
        .col_expr(passkey::Column::LastUsedAt, Expr::value(Some(now)))
        .filter(passkey::Column::Id.eq(used.id))
        .exec(conn)
        .await?;
    Ok(())
}

/// Removes one of a person; says whether it was there.
pub async fn remove(conn: &impl ConnectionTrait, person: PersonId, id: Uuid) -> Result<bool, DbErr> {
    passkey::Entity::delete_many()
        .filter(passkey::Column::Person.eq(person))
        .filter(passkey::Column::Id.eq(id))
        .exec(conn)
        .await
        .map(|done| done.rows_affected == 1)
}

/// Removes all of a person; says how many.
pub async fn remove_all(conn: &impl ConnectionTrait, person: PersonId) -> Result<u64, DbErr> {
    passkey::Entity::delete_many()
        .filter(passkey::Column::Person.eq(person))
        .exec(conn)
        .await
        .map(|done| done.rows_affected)
}

/// Takes a challenge; false where it was answered before, on whatever node.
pub async fn take_challenge(conn: &impl ConnectionTrait, id: Uuid, now: DateTime<Utc>) -> Result<bool, DbErr> {
    let row = passkey_challenge::ActiveModel { id: Set(id), taken_at: Set(now) };
    let taken = passkey_challenge::Entity::insert(row)
        .on_conflict_do_nothing_on([passkey_challenge::Column::Id])
        .exec_without_returning(conn)
        .await?;
    Ok(matches!(taken, TryInsertResult::Inserted(1..)))
}

/// Forgets challenges that nobody can answer again; says how many.
pub async fn forget_challenges(conn: &impl ConnectionTrait, now: DateTime<Utc>) -> Result<u64, DbErr> {
    passkey_challenge::Entity::delete_many()
        .filter(passkey_challenge::Column::TakenAt.lte(now - REMEMBERED))
        .exec(conn)
        .await
        .map(|done| done.rows_affected)
}
