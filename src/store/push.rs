//! Browsers that ask to be told of a limit, what waits to be told to them, and what became of it.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use entity::{
    device,
    ids::{LocalDate, OdsCode, PersonId, PushMessageId, PushSubscriptionId, SessionId},
    push_message, push_subscription, session,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    TryInsertResult, prelude::Expr,
};

/// A message, as jobs handle it.
pub use entity::push_message::Model as PushMessageRow;
/// A browser, as features and jobs handle it.
pub use entity::push_subscription::Model as PushSubscriptionRow;

use super::{keyed::listed, people};
use crate::{
    db::Scoped,
    domain::{
        access::{Actor, ClinicianScope, EverywhereScope, PracticeScope},
        push::{Hearer, MOST_A_DAY, PushEnd, PushKind},
    },
};

mod delivery;

pub use delivery::{PushCame, attempt, due, end_waiting, settle};

/// Browsers of one person that are read, those that ended lately among them.
const MOST_READ: u64 = 100;

/// What became of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PushState {
    /// It waits to be tried, or to be tried again.
    Waiting,
    /// The push service took it.
    Delivered,
    /// It could not be delivered in time.
    Dropped,
    /// It was too late, or nobody is told there any more.
    Ended,
}

impl PushState {
    /// Stable text, as stored.
    pub fn code(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Delivered => "delivered",
            Self::Dropped => "dropped",
            Self::Ended => "ended",
        }
    }
}

/// Who asked; nothing where a row does not say.
pub fn hearer(row: &PushSubscriptionRow) -> Option<Hearer> {
    match (row.clinician, row.device, row.person, row.session) {
        (Some(clinician), Some(device), None, None) => Some(Hearer::Clinician { clinician, device }),
        (None, None, Some(person), Some(session)) => Some(Hearer::Manager { person, session }),
        _ => None,
    }
}

/// The browsers in which a clinician asked, those that ended among them, the newest first.
pub async fn of_clinician<C: ConnectionTrait>(
    at: Scoped<'_, C, ClinicianScope>,
) -> Result<Vec<PushSubscriptionRow>, DbErr> {
    let own = push_subscription::Column::Clinician.eq(at.scope.clinician());
    of_one(at.conn, at.scope.practice(), own.into()).await
}

/// The same for somebody who runs the practice.
pub async fn of_person<C: ConnectionTrait>(
    at: Scoped<'_, C, PracticeScope>,
    person: PersonId,
) -> Result<Vec<PushSubscriptionRow>, DbErr> {
    of_one(at.conn, at.scope.practice(), push_subscription::Column::Person.eq(person).into()).await
}

async fn of_one(
    conn: &impl ConnectionTrait,
    practice: &OdsCode,
    whose: Condition,
) -> Result<Vec<PushSubscriptionRow>, DbErr> {
    push_subscription::Entity::find()
        .filter(push_subscription::Column::Practice.eq(practice.clone()))
        .filter(whose)
        // However many ended: those that are told come first.
        .order_by_desc(push_subscription::Column::EndedAt.is_null())
        .order_by_desc(push_subscription::Column::CreatedAt)
        .order_by_desc(push_subscription::Column::Id)
        .limit(MOST_READ)
        .all(conn)
        .await
}

/// The browsers of a practice that are told.
pub async fn living<C: ConnectionTrait>(at: Scoped<'_, C, PracticeScope>) -> Result<Vec<PushSubscriptionRow>, DbErr> {
    push_subscription::Entity::find()
        .filter(push_subscription::Column::EndedAt.is_null())
        .filter(push_subscription::Column::Practice.eq(at.scope.practice().clone()))
        .order_by_asc(push_subscription::Column::Id)
        .all(at.conn)
        .await
}

/// The browsers of every practice that are told.
pub async fn living_anywhere<C: ConnectionTrait>(
    at: Scoped<'_, C, EverywhereScope>,
) -> Result<Vec<PushSubscriptionRow>, DbErr> {
    push_subscription::Entity::find().filter(push_subscription::Column::EndedAt.is_null()).all(at.conn).await
}

/// Practices of which a browser is told something.
pub async fn practices_told<C: ConnectionTrait>(
    at: Scoped<'_, C, EverywhereScope>,
) -> Result<BTreeSet<OdsCode>, DbErr> {
    let practices: Vec<OdsCode> = push_subscription::Entity::find()
        .select_only()
        .column(push_subscription::Column::Practice)
        .distinct()
        .filter(push_subscription::Column::EndedAt.is_null())
        .into_tuple()
        .all(at.conn)
        .await?;
    Ok(practices.into_iter().collect())
}

/// A browser, whatever became of it.
pub async fn subscription<C: ConnectionTrait>(
    at: Scoped<'_, C, PracticeScope>,
    id: PushSubscriptionId,
) -> Result<Option<PushSubscriptionRow>, DbErr> {
    push_subscription::Entity::find_by_id((at.scope.practice().clone(), id)).one(at.conn).await
}

/// As whom the browser would ask now, with what they hold now; nobody where its device is not enrolled any more or its
/// session was ended.
pub async fn asker<C: ConnectionTrait>(
    at: Scoped<'_, C, PracticeScope>,
    hearer: Hearer,
    now: DateTime<Utc>,
) -> Result<Option<Actor>, DbErr> {
    let practice = at.scope.practice();
    match hearer {
        Hearer::Clinician { clinician, device } => {
            let row = device::Entity::find_by_id((practice.clone(), device)).one(at.conn).await?;
            let enrolled =
                row.is_some_and(|row| row.clinician == clinician && row.revoked_at.is_none() && row.expires_at > now);
            Ok(enrolled.then(|| Actor::Device { id: device, practice: practice.clone(), clinician }))
        }
        Hearer::Manager { person, session } => {
            let row = session::Entity::find_by_id(session).one(at.conn).await?;
            // It may have run out: that is no sign-out.
            if !row.is_some_and(|row| row.person == person && row.revoked_at.is_none()) {
                return Ok(None);
            }
            Ok(Some(Actor::Person { id: person, grants: people::grants(at.conn, person).await? }))
        }
    }
}

/// Adds a browser; nothing where the id is there already. Says whether it was new.
pub async fn add(conn: &impl ConnectionTrait, row: PushSubscriptionRow) -> Result<bool, DbErr> {
    let added = push_subscription::Entity::insert(push_subscription::ActiveModel::from(row))
        .on_conflict_do_nothing_on([push_subscription::Column::Practice, push_subscription::Column::Id])
        .exec_without_returning(conn)
        .await?;
    Ok(matches!(added, TryInsertResult::Inserted(1..)))
}

/// Ends a browser, and forgets how it is reached; says whether it had not ended.
pub async fn end(
    conn: &impl ConnectionTrait,
    (practice, id): (&OdsCode, PushSubscriptionId),
    why: PushEnd,
    now: DateTime<Utc>,
) -> Result<bool, DbErr> {
    use push_subscription::Column;
    let done = push_subscription::Entity::update_many()
        .col_expr(Column::EndedAt, Expr::value(Some(now)))
        .col_expr(Column::EndedWhy, Expr::value(Some(why.code().to_owned())))
        .col_expr(Column::Endpoint, Expr::value(""))
        .col_expr(Column::PublicKey, Expr::value(""))
        .col_expr(Column::Auth, Expr::value(""))
        .filter(Column::Practice.eq(practice.clone()))
        .filter(Column::Id.eq(id))
        .filter(Column::EndedAt.is_null())
        .exec(conn)
        .await?;
    if done.rows_affected == 0 {
        return Ok(false);
    }
    end_waiting(conn, (practice, id), now).await?;
    Ok(true)
}

/// Notes that its push service took something.
pub async fn touch(
    conn: &impl ConnectionTrait,
    (practice, id): (&OdsCode, PushSubscriptionId),
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    push_subscription::Entity::update_many()
        .col_expr(push_subscription::Column::ToldAt, Expr::value(Some(now)))
        .filter(push_subscription::Column::Practice.eq(practice.clone()))
        .filter(push_subscription::Column::Id.eq(id))
        .exec(conn)
        .await?;
    Ok(())
}

/// The same person signs in again in the same browser: what it asked for goes on.
pub async fn follow(
    conn: &impl ConnectionTrait,
    replaced: &str,
    (person, session): (PersonId, SessionId),
) -> Result<(), DbErr> {
    let before = session::Entity::find()
        .filter(session::Column::SecretHash.eq(replaced))
        .filter(session::Column::Person.eq(person))
        .filter(session::Column::RevokedAt.is_null())
        .one(conn)
        .await?;
    let Some(before) = before else { return Ok(()) };
    push_subscription::Entity::update_many()
        .col_expr(push_subscription::Column::Session, Expr::value(Some(session)))
        .filter(push_subscription::Column::Session.eq(before.id))
        .filter(push_subscription::Column::Person.eq(person))
        .filter(push_subscription::Column::EndedAt.is_null())
        .exec(conn)
        .await?;
    Ok(())
}

/// Puts one message into the queue, once for each id; of a colleague not more often in a day than anybody wants to hear.
pub async fn queue(conn: &impl ConnectionTrait, row: PushMessageRow) -> Result<bool, DbErr> {
    if row.kind == PushKind::Somebodys.code() {
        let of_day = push_message::Entity::find()
            .filter(push_message::Column::Practice.eq(row.practice.clone()))
            .filter(push_message::Column::Subscription.eq(row.subscription))
            .filter(push_message::Column::Day.eq(row.day))
            .filter(push_message::Column::Kind.eq(row.kind.clone()))
            .filter(push_message::Column::State.ne(PushState::Ended.code()))
            .count(conn)
            .await?;
        if of_day >= MOST_A_DAY {
            return Ok(false);
        }
    }
    let added = push_message::Entity::insert(push_message::ActiveModel::from(row))
        .on_conflict_do_nothing_on([push_message::Column::Practice, push_message::Column::Id])
        .exec_without_returning(conn)
        .await?;
    Ok(matches!(added, TryInsertResult::Inserted(1..)))
}

/// Which of these messages there are, whatever became of them.
pub async fn known<C: ConnectionTrait>(
    at: Scoped<'_, C, PracticeScope>,
    ids: Vec<PushMessageId>,
) -> Result<BTreeSet<PushMessageId>, DbErr> {
    let rows = push_message::Entity::find().filter(push_message::Column::Practice.eq(at.scope.practice().clone()));
    let rows = listed(at.conn, rows, push_message::Column::Id, ids).await?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}

/// Browsers of which one more colleague would be too many today.
pub async fn heard_enough<C: ConnectionTrait>(
    at: Scoped<'_, C, PracticeScope>,
    day: LocalDate,
) -> Result<BTreeSet<PushSubscriptionId>, DbErr> {
    use sea_orm::sea_query::ExprTrait;
    let ids: Vec<PushSubscriptionId> = push_message::Entity::find()
        .select_only()
        .column(push_message::Column::Subscription)
        .filter(push_message::Column::Practice.eq(at.scope.practice().clone()))
        .filter(push_message::Column::Day.eq(day))
        .filter(push_message::Column::Kind.eq(PushKind::Somebodys.code()))
        .filter(push_message::Column::State.ne(PushState::Ended.code()))
        .group_by(push_message::Column::Subscription)
        .having(Expr::col(push_message::Column::Id).count().gte(i64::try_from(MOST_A_DAY).unwrap_or(i64::MAX)))
        .into_tuple()
        .all(at.conn)
        .await?;
    Ok(ids.into_iter().collect())
}

/// Forgets messages of before a day, and browsers that ended before a moment; says how many messages.
pub async fn forget_before(conn: &impl ConnectionTrait, day: LocalDate, then: DateTime<Utc>) -> Result<u64, DbErr> {
    push_subscription::Entity::delete_many().filter(push_subscription::Column::EndedAt.lt(then)).exec(conn).await?;
    push_message::Entity::delete_many()
        .filter(push_message::Column::Day.lt(day))
        .exec(conn)
        .await
        .map(|done| done.rows_affected)
}
