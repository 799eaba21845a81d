//! People as the organisation's own sign-in knows them, by issuer and subject alone, and the answers of it that were taken.
//!
//! What identifies whoever asks is read before there is a scope.

use chrono::{DateTime, Duration, Utc};
use entity::{ids::PersonId, outside_identity, provider_answer};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, TryInsertResult,
    prelude::Expr,
};
use uuid::Uuid;

/// Rows as features handle them; they may not name entities themselves.
pub use entity::outside_identity::Model as OutsideIdentityRow;

use crate::{db::Scoped, domain::access::AccountScope};

/// How long an answer that was taken is remembered: longer than the cookie lives without which it is nothing.
const REMEMBERED: Duration = Duration::hours(1);

/// Whom an issuer calls so.
pub async fn of_subject(
    conn: &impl ConnectionTrait,
    issuer: &str,
    subject: &str,
) -> Result<Option<OutsideIdentityRow>, DbErr> {
    outside_identity::Entity::find()
        .filter(outside_identity::Column::Issuer.eq(issuer))
        .filter(outside_identity::Column::Subject.eq(subject))
        .one(conn)
        .await
}

/// One of a person; nothing where it is another's, or was removed.
pub async fn of_person(
    conn: &impl ConnectionTrait,
    person: PersonId,
    id: Uuid,
) -> Result<Option<OutsideIdentityRow>, DbErr> {
    let found = outside_identity::Entity::find_by_id(id).one(conn).await?;
    Ok(found.filter(|row| row.person == person))
}

/// Those of a person, the newest first.
pub async fn all_of(conn: &impl ConnectionTrait, person: PersonId) -> Result<Vec<OutsideIdentityRow>, DbErr> {
    outside_identity::Entity::find()
        .filter(outside_identity::Column::Person.eq(person))
        .order_by_desc(outside_identity::Column::AddedAt)
        .order_by_desc(outside_identity::Column::Id)
        .all(conn)
        .await
}

/// Those of whoever asks; none for a device or a screen.
pub async fn own<C: ConnectionTrait>(at: Scoped<'_, C, AccountScope>) -> Result<Vec<OutsideIdentityRow>, DbErr> {
    match at.scope.person() {
        Some(person) => all_of(at.conn, person).await,
        None => Ok(Vec::new()),
    }
}

/// Adds one; false where somebody has it already.
pub async fn add(conn: &impl ConnectionTrait, row: OutsideIdentityRow) -> Result<bool, DbErr> {
    let added = outside_identity::Entity::insert(outside_identity::ActiveModel::from(row))
        .on_conflict_do_nothing_on([outside_identity::Column::Issuer, outside_identity::Column::Subject])
        .exec_without_returning(conn)
        .await?;
    Ok(matches!(added, TryInsertResult::Inserted(1..)))
}

/// Removes one of a person; says whether it was there.
pub async fn remove(conn: &impl ConnectionTrait, person: PersonId, id: Uuid) -> Result<bool, DbErr> {
    outside_identity::Entity::delete_many()
        .filter(outside_identity::Column::Person.eq(person))
        .filter(outside_identity::Column::Id.eq(id))
        .exec(conn)
        .await
        .map(|done| done.rows_affected == 1)
}

/// Notes that a person signs in with one; false where it is not theirs, or not any more.
pub async fn touch(conn: &impl ConnectionTrait, person: PersonId, id: Uuid, now: DateTime<Utc>) -> Result<bool, DbErr> {
    outside_identity::Entity::update_many()
        .col_expr(outside_identity::Column::LastUsedAt, Expr::value(Some(now)))
        .filter(outside_identity::Column::Person.eq(person))
        .filter(outside_identity::Column::Id.eq(id))
        .exec(conn)
        .await
        .map(|done| done.rows_affected == 1)
}

/// Takes an answer, by the hash of its state; false where it was taken before.
pub async fn take_answer(conn: &impl ConnectionTrait, state_hash: String, now: DateTime<Utc>) -> Result<bool, DbErr> {
    let row = provider_answer::ActiveModel { state_hash: Set(state_hash), taken_at: Set(now) };
    let taken = provider_answer::Entity::insert(row)
        .on_conflict_do_nothing_on([provider_answer::Column::StateHash])
        .exec_without_returning(conn)
        .await?;
    Ok(matches!(taken, TryInsertResult::Inserted(1..)))
}

/// Forgets answers that nobody can bring again; says how many.
pub async fn forget_answers(conn: &impl ConnectionTrait, now: DateTime<Utc>) -> Result<u64, DbErr> {
    provider_answer::Entity::delete_many()
        .filter(provider_answer::Column::TakenAt.lte(now - REMEMBERED))
        .exec(conn)
        .await
        .map(|done| done.rows_affected)
}
