//! Single sessions: by the secret that a browser holds, and those of a person as they see them.

use chrono::{DateTime, Duration, Utc};
use entity::{
    ids::{PersonId, SessionId},
    session,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect, prelude::Expr,
};

use super::people::{self, PersonRow, SessionRow};
use crate::{db::Scoped, domain::access::AccountScope};

/// Sessions that are shown to their person. Nobody has so many open; a program may, and its tokens live for minutes.
const MOST: u64 = 100;
/// How long one is kept that is over: as long as single contacts are.
const KEPT: Duration = Duration::weeks(13);

/// Ends one, by the hash of its secret; nothing where it has ended already.
pub async fn end(conn: &impl ConnectionTrait, secret_hash: &str, now: DateTime<Utc>) -> Result<(), DbErr> {
    end_all(conn, session::Column::SecretHash.eq(secret_hash).into(), now).await?;
    Ok(())
}

/// Ends one of a person; says whether it had not ended.
pub async fn end_own(
    conn: &impl ConnectionTrait,
    person: PersonId,
    id: SessionId,
    now: DateTime<Utc>,
) -> Result<u64, DbErr> {
    let own = Condition::all().add(session::Column::Person.eq(person)).add(session::Column::Id.eq(id));
    end_all(conn, own, now).await
}

/// Ends those of a person but one; says how many.
pub async fn end_others(
    conn: &impl ConnectionTrait,
    person: PersonId,
    stays: SessionId,
    now: DateTime<Utc>,
) -> Result<u64, DbErr> {
    let others = Condition::all().add(session::Column::Person.eq(person)).add(session::Column::Id.ne(stays));
    end_all(conn, others, now).await
}

async fn end_all(conn: &impl ConnectionTrait, which: Condition, now: DateTime<Utc>) -> Result<u64, DbErr> {
    session::Entity::update_many()
        .col_expr(session::Column::RevokedAt, Expr::value(now))
        .filter(which)
        .filter(session::Column::RevokedAt.is_null())
        .exec(conn)
        .await
        .map(|done| done.rows_affected)
}

/// Takes away those that were over so long ago that nobody asks about them any more; says how many.
pub async fn forget(conn: &impl ConnectionTrait, now: DateTime<Utc>) -> Result<u64, DbErr> {
    let then = now - KEPT;
    let over = Condition::any().add(session::Column::ExpiresAt.lt(then)).add(session::Column::RevokedAt.lt(then));
    session::Entity::delete_many().filter(over).exec(conn).await.map(|done| done.rows_affected)
}

/// Whose account it is; nobody for a device or a screen.
pub async fn owner<C: ConnectionTrait>(at: Scoped<'_, C, AccountScope>) -> Result<Option<PersonRow>, DbErr> {
    match at.scope.person() {
        Some(person) => people::person(at.conn, person).await,
        None => Ok(None),
    }
}

/// The sessions of the person that are not over, those used last first. Whether one was idle too long is the reader's to say.
pub async fn own<C: ConnectionTrait>(
    at: Scoped<'_, C, AccountScope>,
    now: DateTime<Utc>,
) -> Result<Vec<SessionRow>, DbErr> {
    let Some(person) = at.scope.person() else {
        return Ok(Vec::new());
    };
    session::Entity::find()
        .filter(session::Column::Person.eq(person))
        .filter(session::Column::RevokedAt.is_null())
        .filter(session::Column::ExpiresAt.gt(now))
        .order_by_desc(session::Column::LastSeenAt)
        .limit(MOST)
        .all(at.conn)
        .await
}
