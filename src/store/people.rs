//! People, grants, sessions, devices, clinicians and links that work once.
//!
//! What identifies whoever asks is read before there is a scope; only hashes of secrets are stored.

use chrono::{DateTime, Utc};
use entity::{
    clinician, device,
    ids::{ClinicianId, DeviceId, GrantId, LocalDate, OdsCode, OrgCode, PersonId, SessionId},
    one_time_link, person, role_grant, session,
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, JoinType, QueryFilter, QueryOrder, QuerySelect,
    prelude::Expr,
};
use uuid::Uuid;

/// Rows as features handle them; they may not name entities themselves.
pub use entity::{
    clinician::Model as ClinicianRow, device::Model as DeviceRow, one_time_link::Model as LinkRow,
    person::Model as PersonRow, role_grant::Model as GrantRow, session::Model as SessionRow,
};

use crate::{
    db::Scoped,
    domain::access::{ClinicianScope, Grant, PracticeScope, Role},
};

/// A person by e-mail address in small letters.
pub async fn person_by_email(conn: &impl ConnectionTrait, email: &str) -> Result<Option<PersonRow>, DbErr> {
    if email.contains('\0') {
        // PostgreSQL refuses the question, where SQLite finds nobody.
        return Ok(None);
    }
    person::Entity::find()
        .filter(person::Column::Email.eq(email.trim().to_lowercase()))
        .filter(person::Column::DisabledAt.is_null())
        .one(conn)
        .await
}

/// A person.
pub async fn person(conn: &impl ConnectionTrait, id: PersonId) -> Result<Option<PersonRow>, DbErr> {
    person::Entity::find_by_id(id).filter(person::Column::DisabledAt.is_null()).one(conn).await
}

/// What a person holds now.
pub async fn grants(conn: &impl ConnectionTrait, person: PersonId) -> Result<Vec<Grant>, DbErr> {
    let rows = role_grant::Entity::find()
        .filter(role_grant::Column::Person.eq(person))
        .filter(role_grant::Column::RevokedAt.is_null())
        .order_by_asc(role_grant::Column::Id)
        .all(conn)
        .await?;
    // A role this version does not know gives nothing.
    Ok(rows
        .into_iter()
        .filter_map(|row| Some(Grant { role: row.role.parse::<Role>().ok()?, organisation: row.organisation }))
        .collect())
}

/// Whether anybody was ever added.
pub async fn anyone(conn: &impl ConnectionTrait) -> Result<bool, DbErr> {
    person::Entity::find()
        .select_only()
        .column(person::Column::Id)
        .limit(1)
        .into_tuple::<PersonId>()
        .one(conn)
        .await
        .map(|row| row.is_some())
}

/// Who holds a role in an organisation: name and role of each.
pub async fn holders(conn: &impl ConnectionTrait, organisation: &OrgCode) -> Result<Vec<(String, String)>, DbErr> {
    person::Entity::find()
        .join(
            JoinType::InnerJoin,
            person::Entity::belongs_to(role_grant::Entity)
                .from(person::Column::Id)
                .to(role_grant::Column::Person)
                .into(),
        )
        .select_only()
        .column(person::Column::Name)
        .column(role_grant::Column::Role)
        .filter(role_grant::Column::Organisation.eq(organisation.clone()))
        .filter(role_grant::Column::RevokedAt.is_null())
        .filter(person::Column::DisabledAt.is_null())
        .order_by_asc(person::Column::Name)
        .limit(50)
        .into_tuple()
        .all(conn)
        .await
}

/// Everybody with what they hold, for the administrator.
pub async fn everyone(conn: &impl ConnectionTrait) -> Result<Vec<(PersonRow, Vec<GrantRow>)>, DbErr> {
    let people = person::Entity::find().order_by_asc(person::Column::Email).limit(500).all(conn).await?;
    let mut grants = role_grant::Entity::find()
        .filter(role_grant::Column::RevokedAt.is_null())
        .filter(role_grant::Column::Person.is_in(people.iter().map(|person| person.id)))
        .all(conn)
        .await?;
    Ok(people
        .into_iter()
        .map(|person| {
            let own = grants.extract_if(.., |grant| grant.person == person.id).collect();
            (person, own)
        })
        .collect())
}

/// Adds a person.
pub async fn add_person(
    conn: &impl ConnectionTrait,
    id: PersonId,
    email: &str,
    name: &str,
    password_hash: Option<String>,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    person::Entity::insert(person::ActiveModel {
        id: Set(id),
        email: Set(email.trim().to_lowercase()),
        name: Set(name.trim().to_owned()),
        password_hash: Set(password_hash),
        created_at: Set(now),
        disabled_at: Set(None),
    })
    .exec_without_returning(conn)
    .await?;
    Ok(())
}

/// Gives a person a role in an organisation.
pub async fn add_grant(
    conn: &impl ConnectionTrait,
    person: PersonId,
    role: Role,
    organisation: &OrgCode,
    now: DateTime<Utc>,
) -> Result<GrantId, DbErr> {
    let id = GrantId(Uuid::now_v7());
    role_grant::Entity::insert(role_grant::ActiveModel {
        id: Set(id),
        person: Set(person),
        role: Set(role.code().to_owned()),
        organisation: Set(organisation.clone()),
        granted_at: Set(now),
        revoked_at: Set(None),
    })
    .exec_without_returning(conn)
    .await?;
    Ok(id)
}

/// Takes a role away; nothing where it was already gone.
pub async fn revoke_grant(conn: &impl ConnectionTrait, id: GrantId, now: DateTime<Utc>) -> Result<bool, DbErr> {
    role_grant::Entity::update_many()
        .col_expr(role_grant::Column::RevokedAt, Expr::value(now))
        .filter(role_grant::Column::Id.eq(id))
        .filter(role_grant::Column::RevokedAt.is_null())
        .exec(conn)
        .await
        .map(|done| done.rows_affected > 0)
}

/// A session by the hash of its secret, if it was not revoked.
pub async fn session_by_secret(conn: &impl ConnectionTrait, hash: &str) -> Result<Option<SessionRow>, DbErr> {
    session::Entity::find()
        .filter(session::Column::SecretHash.eq(hash))
        .filter(session::Column::RevokedAt.is_null())
        .one(conn)
        .await
}

/// A session by id, if it was not revoked.
pub async fn session(conn: &impl ConnectionTrait, id: SessionId) -> Result<Option<SessionRow>, DbErr> {
    session::Entity::find_by_id(id).filter(session::Column::RevokedAt.is_null()).one(conn).await
}

/// Opens a session.
pub async fn add_session(conn: &impl ConnectionTrait, row: SessionRow) -> Result<(), DbErr> {
    session::Entity::insert(session::ActiveModel::from(row)).exec_without_returning(conn).await?;
    Ok(())
}

/// Notes that a session is in use.
pub async fn touch_session(conn: &impl ConnectionTrait, id: SessionId, now: DateTime<Utc>) -> Result<(), DbErr> {
    session::Entity::update_many()
        .col_expr(session::Column::LastSeenAt, Expr::value(now))
        .filter(session::Column::Id.eq(id))
        .exec(conn)
        .await?;
    Ok(())
}

/// Ends every session of a person: browsers and tokens alike.
pub async fn end_sessions(conn: &impl ConnectionTrait, person: PersonId, now: DateTime<Utc>) -> Result<(), DbErr> {
    session::Entity::update_many()
        .col_expr(session::Column::RevokedAt, Expr::value(now))
        .filter(session::Column::Person.eq(person))
        .filter(session::Column::RevokedAt.is_null())
        .exec(conn)
        .await?;
    Ok(())
}

/// A device by the hash of its secret, if it was not revoked.
pub async fn device_by_secret(conn: &impl ConnectionTrait, hash: &str) -> Result<Option<DeviceRow>, DbErr> {
    device::Entity::find()
        .filter(device::Column::SecretHash.eq(hash))
        .filter(device::Column::RevokedAt.is_null())
        .one(conn)
        .await
}

/// Enrols a device.
pub async fn add_device(conn: &impl ConnectionTrait, row: DeviceRow) -> Result<(), DbErr> {
    device::Entity::insert(device::ActiveModel::from(row)).exec_without_returning(conn).await?;
    Ok(())
}

/// Revokes the devices of a clinician, or one of them; says how many.
pub async fn revoke_devices(
    conn: &impl ConnectionTrait,
    scope: &ClinicianScope,
    only: Option<DeviceId>,
    now: DateTime<Utc>,
) -> Result<u64, DbErr> {
    let mut update = device::Entity::update_many()
        .col_expr(device::Column::RevokedAt, Expr::value(now))
        .filter(device::Column::Practice.eq(scope.practice().clone()))
        .filter(device::Column::Clinician.eq(scope.clinician()))
        .filter(device::Column::RevokedAt.is_null());
    if let Some(id) = only {
        update = update.filter(device::Column::Id.eq(id));
    }
    update.exec(conn).await.map(|done| done.rows_affected)
}

/// The devices of a practice that work today.
pub async fn devices<C: ConnectionTrait>(
    at: Scoped<'_, C, PracticeScope>,
    now: DateTime<Utc>,
) -> Result<Vec<DeviceRow>, DbErr> {
    device::Entity::find()
        .filter(device::Column::Practice.eq(at.scope.practice().clone()))
        .filter(device::Column::RevokedAt.is_null())
        .filter(device::Column::ExpiresAt.gt(now))
        .order_by_asc(device::Column::EnrolledAt)
        .all(at.conn)
        .await
}

/// Whether a clinician belongs to a practice, and from which day no longer: asked before there is a scope.
pub async fn clinician_left_on(
    conn: &impl ConnectionTrait,
    practice: &OdsCode,
    clinician: ClinicianId,
) -> Result<Option<Option<LocalDate>>, DbErr> {
    clinician::Entity::find_by_id((practice.clone(), clinician)).one(conn).await.map(|row| row.map(|row| row.left_on))
}

/// The clinicians of a practice who had not left by `day`, by label.
pub async fn clinicians<C: ConnectionTrait>(
    at: Scoped<'_, C, PracticeScope>,
    day: LocalDate,
) -> Result<Vec<ClinicianRow>, DbErr> {
    let mut rows = clinicians_ever(at).await?;
    rows.retain(|row| row.left_on.is_none_or(|left| left > day));
    Ok(rows)
}

/// The clinicians of a practice, those who have left too, by label.
pub async fn clinicians_ever<C: ConnectionTrait>(at: Scoped<'_, C, PracticeScope>) -> Result<Vec<ClinicianRow>, DbErr> {
    let mut rows = clinician::Entity::find()
        .filter(clinician::Column::Practice.eq(at.scope.practice().clone()))
        .all(at.conn)
        .await?;
    // Sorted here: the two databases collate differently.
    rows.sort_by(|one, other| (&one.label, one.id).cmp(&(&other.label, other.id)));
    Ok(rows)
}

/// One clinician.
pub async fn clinician<C: ConnectionTrait>(at: Scoped<'_, C, ClinicianScope>) -> Result<Option<ClinicianRow>, DbErr> {
    clinician::Entity::find_by_id((at.scope.practice().clone(), at.scope.clinician())).one(at.conn).await
}

/// Adds a clinician; nothing where the id is there already. Says whether it was new.
pub async fn add_clinician(conn: &impl ConnectionTrait, row: ClinicianRow) -> Result<bool, DbErr> {
    let added = clinician::Entity::insert(clinician::ActiveModel::from(row))
        .on_conflict_do_nothing_on([clinician::Column::Practice, clinician::Column::Id])
        .exec_without_returning(conn)
        .await?;
    Ok(matches!(added, sea_orm::TryInsertResult::Inserted(1..)))
}

/// Notes the last day a clinician worked; their rows stay.
pub async fn clinician_left(conn: &impl ConnectionTrait, scope: &ClinicianScope, day: LocalDate) -> Result<(), DbErr> {
    clinician::Entity::update_many()
        .col_expr(clinician::Column::LeftOn, Expr::value(day))
        .filter(clinician::Column::Practice.eq(scope.practice().clone()))
        .filter(clinician::Column::Id.eq(scope.clinician()))
        .exec(conn)
        .await?;
    Ok(())
}

/// Makes a link that works once.
pub async fn add_link(conn: &impl ConnectionTrait, row: LinkRow) -> Result<(), DbErr> {
    one_time_link::Entity::insert(one_time_link::ActiveModel::from(row)).exec_without_returning(conn).await?;
    Ok(())
}

/// A link that still works.
pub async fn link(
    conn: &impl ConnectionTrait,
    hash: &str,
    purpose: &str,
    now: DateTime<Utc>,
) -> Result<Option<LinkRow>, DbErr> {
    one_time_link::Entity::find()
        .filter(one_time_link::Column::SecretHash.eq(hash))
        .filter(one_time_link::Column::Purpose.eq(purpose))
        .filter(one_time_link::Column::UsedAt.is_null())
        .filter(one_time_link::Column::ExpiresAt.gt(now))
        .one(conn)
        .await
}

/// Whether a link was not used up.
pub async fn is_unused(conn: &impl ConnectionTrait, id: Uuid) -> Result<bool, DbErr> {
    let found = one_time_link::Entity::find_by_id(id).one(conn).await?;
    Ok(found.is_some_and(|row| row.used_at.is_none()))
}

/// Uses a link up. False where somebody was faster.
pub async fn use_link(conn: &impl ConnectionTrait, id: Uuid, now: DateTime<Utc>) -> Result<bool, DbErr> {
    one_time_link::Entity::update_many()
        .col_expr(one_time_link::Column::UsedAt, Expr::value(now))
        .filter(one_time_link::Column::Id.eq(id))
        .filter(one_time_link::Column::UsedAt.is_null())
        .exec(conn)
        .await
        .map(|done| done.rows_affected == 1)
}

/// Ends links for the same subject that were not used: the newest one holds.
pub async fn end_links(
    conn: &impl ConnectionTrait,
    purpose: &str,
    subject: Option<Uuid>,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    let mut update = one_time_link::Entity::update_many()
        .col_expr(one_time_link::Column::UsedAt, Expr::value(now))
        .filter(one_time_link::Column::Purpose.eq(purpose))
        .filter(one_time_link::Column::UsedAt.is_null());
    if let Some(subject) = subject {
        update = update.filter(one_time_link::Column::Subject.eq(subject));
    }
    update.exec(conn).await?;
    Ok(())
}
