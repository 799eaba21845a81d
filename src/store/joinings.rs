//! Practices that ask to join or are proposed, and who manages a practice.

use chrono::{DateTime, Utc};
use entity::{
    account_mail,
    ids::{GrantId, OdsCode, OrgCode, PersonId},
    joining, person, role_grant,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DatabaseBackend, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    Select, prelude::Expr,
};
use uuid::Uuid;

/// One as it is stored.
pub use entity::joining::Model as JoiningRow;

use super::{
    keyed::listed,
    people::{GrantRow, PersonRow},
    reminders::State,
};
use crate::{
    db::Scoped,
    domain::{
        access::{EverywhereScope, LmcScope, PracticeScope, Role},
        joining::{JoiningMoments, JoiningOutcome, JoiningStanding, LINK, OPEN},
    },
};

/// Those that are listed, the newest first.
const LISTED: u64 = 100;

/// How one stands.
pub fn standing(row: &JoiningRow, now: DateTime<Utc>) -> JoiningStanding {
    let joined = row.outcome.as_deref() == Some(JoiningOutcome::Joined.code());
    let settled = row.settled_at.map(|at| (at, joined));
    JoiningMoments { asked_at: row.asked_at, sent_at: row.sent_at, settled }.standing(now)
}

/// How one stands for the LMC. What those who manage a practice decided is theirs: for the LMC the link went out, and what
/// it did with it itself holds.
pub fn standing_for_lmc(row: &JoiningRow, now: DateTime<Utc>) -> JoiningStanding {
    if row.for_managers {
        let settled = row.withdrawn_at.map(|at| (at, false));
        return JoiningMoments { asked_at: row.asked_at, sent_at: row.sent_at, settled }.standing(now);
    }
    standing(row, now)
}

fn newest() -> Select<joining::Entity> {
    joining::Entity::find().order_by_desc(joining::Column::AskedAt).order_by_desc(joining::Column::Id).limit(LISTED)
}

/// Who asked an LMC's practices, or was proposed, whether the LMC decides or those who manage the practice: one that is
/// missing would tell that it is here, which is the practice's to say.
pub async fn of_area<C: ConnectionTrait>(at: Scoped<'_, C, LmcScope>) -> Result<Vec<JoiningRow>, DbErr> {
    newest().filter(joining::Column::Lmc.eq(at.scope.lmc().clone())).all(at.conn).await
}

/// What those who manage a practice decide about.
pub async fn of_practice<C: ConnectionTrait>(
    at: Scoped<'_, C, PracticeScope>,
    now: DateTime<Utc>,
) -> Result<Vec<JoiningRow>, DbErr> {
    newest()
        .filter(joining::Column::Practice.eq(at.scope.practice().clone()))
        .filter(joining::Column::ForManagers.eq(true))
        .filter(joining::Column::SettledAt.is_null())
        .filter(joining::Column::AskedAt.gt(now - OPEN))
        .all(at.conn)
        .await
}

/// Whether those who manage another practice are asked about somebody who manages this one.
pub async fn asks_of<C: ConnectionTrait>(
    at: Scoped<'_, C, PracticeScope>,
    successor: &OdsCode,
    now: DateTime<Utc>,
) -> Result<bool, DbErr> {
    let own = managers(at.conn, at.scope.practice()).await?;
    let open = newest()
        .filter(joining::Column::Practice.eq(successor.clone()))
        .filter(joining::Column::ForManagers.eq(true))
        .filter(joining::Column::SettledAt.is_null())
        .filter(joining::Column::AskedAt.gt(now - OPEN))
        .all(at.conn)
        .await?;
    Ok(open.iter().any(|row| own.iter().any(|(_, person)| person.email == row.email)))
}

/// How many links for a practice the LMC proposed and holds to be open: what those who manage it decided changes nothing.
pub async fn proposed_open<C: ConnectionTrait>(
    at: Scoped<'_, C, LmcScope>,
    practice: &OdsCode,
    now: DateTime<Utc>,
) -> Result<usize, DbErr> {
    let rows = newest()
        .filter(joining::Column::Lmc.eq(at.scope.lmc().clone()))
        .filter(joining::Column::Practice.eq(practice.clone()))
        .filter(joining::Column::ProposedBy.is_not_null())
        .filter(joining::Column::SentAt.gt(now - LINK))
        .all(at.conn)
        .await?;
    Ok(rows.iter().filter(|row| matches!(standing_for_lmc(row, now), JoiningStanding::Sent(_))).count())
}

/// All that waits for an LMC, or for those who managed a practice of which none can sign in any more: for whoever looks after
/// the service. An LMC may have nobody here yet either.
pub async fn waiting(conn: &impl ConnectionTrait, now: DateTime<Utc>) -> Result<Vec<JoiningRow>, DbErr> {
    let open = newest()
        .filter(joining::Column::SettledAt.is_null())
        .filter(joining::Column::AskedAt.gt(now - OPEN))
        .filter(Condition::any().add(joining::Column::ForManagers.eq(true)).add(joining::Column::SentAt.is_null()))
        .all(conn)
        .await?;
    let mut waiting = Vec::new();
    for row in open {
        if !row.for_managers || managers(conn, &row.practice).await?.is_empty() {
            waiting.push(row);
        }
    }
    Ok(waiting)
}

/// Which of some mails the server refused, or was too late to take.
pub async fn undelivered<C: ConnectionTrait>(
    at: Scoped<'_, C, LmcScope>,
    rows: &[JoiningRow],
) -> Result<Vec<Uuid>, DbErr> {
    let own = rows.iter().filter(|row| row.lmc.as_ref() == Some(at.scope.lmc())).map(|row| row.id);
    let mails = listed(at.conn, account_mail::Entity::find(), account_mail::Column::Id, own).await?;
    let is_lost =
        |mail: &account_mail::Model| [State::Refused, State::Late].iter().any(|state| mail.state == state.code());
    Ok(mails.into_iter().filter(is_lost).map(|mail| mail.id).collect())
}

/// Writes one down.
pub async fn add(conn: &impl ConnectionTrait, row: JoiningRow) -> Result<(), DbErr> {
    joining::Entity::insert(joining::ActiveModel::from(row)).exec_without_returning(conn).await?;
    Ok(())
}

/// One, whatever became of it.
pub async fn by_id(conn: &impl ConnectionTrait, id: Uuid) -> Result<Option<JoiningRow>, DbErr> {
    joining::Entity::find_by_id(id).one(conn).await
}

/// The one whose link this is, while it works.
pub async fn by_secret(
    conn: &impl ConnectionTrait,
    hash: &str,
    now: DateTime<Utc>,
) -> Result<Option<JoiningRow>, DbErr> {
    joining::Entity::find()
        .filter(joining::Column::SecretHash.eq(hash))
        .filter(joining::Column::SettledAt.is_null())
        .filter(joining::Column::SentAt.gt(now - LINK))
        .one(conn)
        .await
}

/// Those of a practice that are open, held for the rest of the transaction: of two at once the second sees the first.
pub async fn hold_open(
    conn: &impl ConnectionTrait,
    practice: &OdsCode,
    now: DateTime<Utc>,
) -> Result<Vec<JoiningRow>, DbErr> {
    let mut open = newest()
        .filter(joining::Column::Practice.eq(practice.clone()))
        .filter(joining::Column::SettledAt.is_null())
        .filter(joining::Column::AskedAt.gt(now - OPEN - LINK));
    if conn.get_database_backend() == DatabaseBackend::Postgres {
        open = open.lock_exclusive();
    }
    let rows = open.all(conn).await?;
    let is_open = |row: &JoiningRow| matches!(standing(row, now), JoiningStanding::Waits(_) | JoiningStanding::Sent(_));
    Ok(rows.into_iter().filter(is_open).collect())
}

/// One of an LMC, held for the rest of the transaction.
pub async fn hold<C: ConnectionTrait>(at: Scoped<'_, C, LmcScope>, id: Uuid) -> Result<Option<JoiningRow>, DbErr> {
    let mut find = joining::Entity::find_by_id(id).filter(joining::Column::Lmc.eq(at.scope.lmc().clone()));
    if at.conn.get_database_backend() == DatabaseBackend::Postgres {
        find = find.lock_exclusive();
    }
    find.one(at.conn).await
}

/// Notes that its link goes to an address that the LMC holds.
pub async fn send(
    conn: &impl ConnectionTrait,
    id: Uuid,
    (held_address, secret_hash): (&str, &str),
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    joining::Entity::update_many()
        .col_expr(joining::Column::HeldAddress, Expr::value(held_address))
        .col_expr(joining::Column::SecretHash, Expr::value(secret_hash))
        .col_expr(joining::Column::SentAt, Expr::value(Some(now)))
        .filter(joining::Column::Id.eq(id))
        .exec(conn)
        .await?;
    Ok(())
}

/// Leaves the decision to those who manage the practice.
pub async fn leave_to_managers(conn: &impl ConnectionTrait, id: Uuid) -> Result<(), DbErr> {
    joining::Entity::update_many()
        .col_expr(joining::Column::ForManagers, Expr::value(true))
        .filter(joining::Column::Id.eq(id))
        .exec(conn)
        .await?;
    Ok(())
}

/// Notes that the LMC declined, or took the link back.
pub async fn withdraw(conn: &impl ConnectionTrait, id: Uuid, now: DateTime<Utc>) -> Result<(), DbErr> {
    joining::Entity::update_many()
        .col_expr(joining::Column::WithdrawnAt, Expr::value(Some(now)))
        .filter(joining::Column::Id.eq(id))
        .filter(joining::Column::WithdrawnAt.is_null())
        .exec(conn)
        .await?;
    Ok(())
}

/// Notes how it ended; false where it had ended.
pub async fn settle(
    conn: &impl ConnectionTrait,
    id: Uuid,
    outcome: JoiningOutcome,
    now: DateTime<Utc>,
) -> Result<bool, DbErr> {
    joining::Entity::update_many()
        .col_expr(joining::Column::SettledAt, Expr::value(Some(now)))
        .col_expr(joining::Column::Outcome, Expr::value(outcome.code()))
        .filter(joining::Column::Id.eq(id))
        .filter(joining::Column::SettledAt.is_null())
        .exec(conn)
        .await
        .map(|done| done.rows_affected == 1)
}

/// Where the link of one goes, and its hash, while it works.
pub async fn link<C: ConnectionTrait>(
    at: Scoped<'_, C, EverywhereScope>,
    id: Uuid,
    now: DateTime<Utc>,
) -> Result<Option<(String, String)>, DbErr> {
    let row = by_id(at.conn, id).await?;
    let open = row.filter(|row| matches!(standing(row, now), JoiningStanding::Sent(_)));
    Ok(open.and_then(|row| row.held_address.zip(row.secret_hash)))
}

/// Forgets those that were asked for before a moment; says how many.
pub async fn forget_before(conn: &impl ConnectionTrait, then: DateTime<Utc>) -> Result<u64, DbErr> {
    let old = joining::Entity::delete_many().filter(joining::Column::AskedAt.lt(then));
    old.exec(conn).await.map(|done| done.rows_affected)
}

/// Who manages a practice and may sign in.
pub async fn managers(conn: &impl ConnectionTrait, practice: &OdsCode) -> Result<Vec<(GrantRow, PersonRow)>, DbErr> {
    let grants = role_grant::Entity::find()
        .filter(role_grant::Column::Organisation.eq(OrgCode::from(practice)))
        .filter(role_grant::Column::Role.eq(Role::PracticeManager.code()))
        .filter(role_grant::Column::RevokedAt.is_null())
        .order_by_asc(role_grant::Column::GrantedAt)
        .limit(LISTED)
        .all(conn)
        .await?;
    let may_sign_in = person::Entity::find().filter(person::Column::DisabledAt.is_null());
    let people = listed(conn, may_sign_in, person::Column::Id, grants.iter().map(|grant| grant.person)).await?;
    let person = |id: PersonId| people.iter().find(|person| person.id == id).cloned();
    Ok(grants.into_iter().filter_map(|grant| person(grant.person).map(|person| (grant, person))).collect())
}

/// Whether somebody manages a practice or ever did. Where nobody can sign in any more it is for whoever looks after the
/// service: its record is there, and its LMC's word opens it to nobody.
pub async fn was_managed(conn: &impl ConnectionTrait, practice: &OdsCode) -> Result<bool, DbErr> {
    let grant = role_grant::Entity::find()
        .filter(role_grant::Column::Organisation.eq(OrgCode::from(practice)))
        .filter(role_grant::Column::Role.eq(Role::PracticeManager.code()))
        .one(conn)
        .await?;
    Ok(grant.is_some())
}

/// Who manages the practice and may sign in, for those who do.
pub async fn managing<C: ConnectionTrait>(
    at: Scoped<'_, C, PracticeScope>,
) -> Result<Vec<(GrantRow, PersonRow)>, DbErr> {
    managers(at.conn, at.scope.practice()).await
}

/// One of those who manage the practice, by what gives them the role.
pub async fn manager<C: ConnectionTrait>(
    at: Scoped<'_, C, PracticeScope>,
    grant: GrantId,
) -> Result<Option<(GrantRow, PersonRow)>, DbErr> {
    let all = managers(at.conn, at.scope.practice()).await?;
    Ok(all.into_iter().find(|(held, _)| held.id == grant))
}

/// How many manage a practice and may sign in. On PostgreSQL what gives them the role is locked, so that two cannot both
/// leave as the last one.
pub async fn hold_managers(conn: &impl ConnectionTrait, practice: &OdsCode) -> Result<usize, DbErr> {
    if conn.get_database_backend() == DatabaseBackend::Postgres {
        role_grant::Entity::find()
            .filter(role_grant::Column::Organisation.eq(OrgCode::from(practice)))
            .filter(role_grant::Column::RevokedAt.is_null())
            .lock_exclusive()
            .all(conn)
            .await?;
    }
    Ok(managers(conn, practice).await?.len())
}
