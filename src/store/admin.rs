//! What the administrator and the command line do: people by address, their passwords and grants, imports.

use chrono::{DateTime, Utc};
use entity::{
    ids::{GrantId, LocalDate, OrgCode, PersonId},
    organisation_import, person, role_grant,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseBackend, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect, prelude::Expr,
};

use super::people::{self, GrantRow, PersonRow};
use crate::domain::access::Role;

/// Purpose of the link that makes the first administrator.
pub const SETUP: &str = "setup";
/// Purpose of the link with which a person sets a password.
pub const PASSWORD: &str = "password";

/// Locks a person for the rest of the transaction, so that two grants at once see each other. On SQLite there is one
/// writer anyway.
pub async fn hold(conn: &impl ConnectionTrait, id: PersonId) -> Result<Option<PersonRow>, DbErr> {
    let mut found = person::Entity::find_by_id(id).filter(person::Column::DisabledAt.is_null());
    if conn.get_database_backend() == DatabaseBackend::Postgres {
        found = found.lock_exclusive();
    }
    found.one(conn).await
}

/// What became of a wish to give a role.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GivenRole {
    /// It is held from now on.
    Fresh(GrantId),
    /// It was held before.
    Held(GrantId),
}

/// Gives a role, unless the person holds just this one already. The caller holds the person.
pub async fn give(
    conn: &impl ConnectionTrait,
    person: PersonId,
    role: Role,
    organisation: &OrgCode,
    now: DateTime<Utc>,
) -> Result<GivenRole, DbErr> {
    let held = role_grant::Entity::find()
        .filter(role_grant::Column::Person.eq(person))
        .filter(role_grant::Column::Role.eq(role.code()))
        .filter(role_grant::Column::Organisation.eq(organisation.clone()))
        .filter(role_grant::Column::RevokedAt.is_null())
        .one(conn)
        .await?;
    match held {
        Some(row) => Ok(GivenRole::Held(row.id)),
        None => people::add_grant(conn, person, role, organisation, now).await.map(GivenRole::Fresh),
    }
}

/// A grant, whatever became of it.
pub async fn grant(conn: &impl ConnectionTrait, id: GrantId) -> Result<Option<GrantRow>, DbErr> {
    role_grant::Entity::find_by_id(id).one(conn).await
}

/// How many who may sign in hold a role now. On PostgreSQL their grants are locked, so that two cannot both leave as the
/// last one.
pub async fn holders(conn: &impl ConnectionTrait, role: Role) -> Result<u64, DbErr> {
    let mut held = role_grant::Entity::find()
        .filter(role_grant::Column::Role.eq(role.code()))
        .filter(role_grant::Column::RevokedAt.is_null());
    if conn.get_database_backend() == DatabaseBackend::Postgres {
        held = held.lock_exclusive();
    }
    let people: Vec<PersonId> = held.all(conn).await?.iter().map(|row| row.person).collect();
    person::Entity::find()
        .filter(person::Column::Id.is_in(people))
        .filter(person::Column::DisabledAt.is_null())
        .count(conn)
        .await
}

/// A person by address, disabled or not.
pub async fn person_by_email(conn: &impl ConnectionTrait, email: &str) -> Result<Option<PersonRow>, DbErr> {
    person::Entity::find().filter(person::Column::Email.eq(email.trim().to_lowercase())).one(conn).await
}

/// Sets since when a person may not sign in; nothing where they may.
pub async fn set_disabled(
    conn: &impl ConnectionTrait,
    id: PersonId,
    since: Option<DateTime<Utc>>,
) -> Result<(), DbErr> {
    person::Entity::update_many()
        .col_expr(person::Column::DisabledAt, Expr::value(since))
        .filter(person::Column::Id.eq(id))
        .exec(conn)
        .await?;
    Ok(())
}

/// Whether anybody holds a role now.
pub async fn is_held(conn: &impl ConnectionTrait, role: Role) -> Result<bool, DbErr> {
    let held = role_grant::Entity::find()
        .select_only()
        .column(role_grant::Column::Id)
        .filter(role_grant::Column::Role.eq(role.code()))
        .filter(role_grant::Column::RevokedAt.is_null())
        .limit(1)
        .into_tuple::<GrantId>();
    Ok(held.one(conn).await?.is_some())
}

/// Sets a person's password.
pub async fn set_password(conn: &impl ConnectionTrait, id: PersonId, hash: String) -> Result<(), DbErr> {
    person::Entity::update_many()
        .col_expr(person::Column::PasswordHash, Expr::value(hash))
        .filter(person::Column::Id.eq(id))
        .exec(conn)
        .await?;
    Ok(())
}

/// Sets what a person is called.
pub async fn set_name(conn: &impl ConnectionTrait, id: PersonId, name: String) -> Result<(), DbErr> {
    person::Entity::update_many()
        .col_expr(person::Column::Name, Expr::value(name))
        .filter(person::Column::Id.eq(id))
        .exec(conn)
        .await?;
    Ok(())
}

/// One file that was taken in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportLine {
    /// Kind of file.
    pub source: String,
    /// The day it speaks of.
    pub effective_on: LocalDate,
    /// When.
    pub recorded_at: DateTime<Utc>,
    /// How many facts were new.
    pub facts: i64,
}

/// The newest imports.
pub async fn imports(conn: &impl ConnectionTrait, most: u64) -> Result<Vec<ImportLine>, DbErr> {
    let rows = organisation_import::Entity::find()
        .order_by_desc(organisation_import::Column::RecordedAt)
        .order_by_desc(organisation_import::Column::Id)
        .limit(most)
        .all(conn)
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| ImportLine {
            source: row.source,
            effective_on: row.effective_on,
            recorded_at: row.recorded_at,
            facts: row.facts,
        })
        .collect())
}
