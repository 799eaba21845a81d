//! Secret addresses that count for one clinician. Whoever sends to one is looked up before there is a scope; only hashes of
//! secrets are stored. An address works no longer than the device on which it was made is enrolled.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use entity::{
    device,
    ids::{DeviceId, OdsCode, TapAddressId},
    tap_address,
};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, prelude::Expr};

/// A stored address, as features handle it.
pub use entity::tap_address::Model as TapAddressRow;

use crate::{db::Scoped, domain::access::ClinicianScope};

/// An address by the hash of its secret: if it was not revoked, and its device is enrolled.
pub async fn by_secret(
    conn: &impl ConnectionTrait,
    hash: &str,
    now: DateTime<Utc>,
) -> Result<Option<TapAddressRow>, DbErr> {
    let found = tap_address::Entity::find()
        .filter(tap_address::Column::SecretHash.eq(hash))
        .filter(tap_address::Column::RevokedAt.is_null())
        .one(conn)
        .await?;
    let Some(row) = found else { return Ok(None) };
    let device = device::Entity::find_by_id((row.practice.clone(), row.device)).one(conn).await?;
    let enrolled = device.is_some_and(|device| {
        device.clinician == row.clinician && device.revoked_at.is_none() && device.expires_at > now
    });
    Ok(enrolled.then_some(row))
}

/// An address of a clinician, whatever became of it.
pub async fn address<C: ConnectionTrait>(
    at: Scoped<'_, C, ClinicianScope>,
    id: TapAddressId,
) -> Result<Option<TapAddressRow>, DbErr> {
    tap_address::Entity::find_by_id((at.scope.practice().clone(), id))
        .filter(tap_address::Column::Clinician.eq(at.scope.clinician()))
        .one(at.conn)
        .await
}

/// The addresses of a clinician that work, oldest first.
pub async fn of_clinician<C: ConnectionTrait>(
    at: Scoped<'_, C, ClinicianScope>,
    now: DateTime<Utc>,
) -> Result<Vec<TapAddressRow>, DbErr> {
    let mut rows = tap_address::Entity::find()
        .filter(tap_address::Column::Practice.eq(at.scope.practice().clone()))
        .filter(tap_address::Column::Clinician.eq(at.scope.clinician()))
        .filter(tap_address::Column::RevokedAt.is_null())
        .order_by_asc(tap_address::Column::CreatedAt)
        .order_by_asc(tap_address::Column::Id)
        .all(at.conn)
        .await?;
    if rows.is_empty() {
        return Ok(rows);
    }
    let devices = device::Entity::find()
        .filter(device::Column::Practice.eq(at.scope.practice().clone()))
        .filter(device::Column::Clinician.eq(at.scope.clinician()))
        .filter(device::Column::RevokedAt.is_null())
        .filter(device::Column::ExpiresAt.gt(now))
        .all(at.conn)
        .await?;
    let enrolled: BTreeSet<DeviceId> = devices.into_iter().map(|device| device.id).collect();
    rows.retain(|row| enrolled.contains(&row.device));
    Ok(rows)
}

/// Adds an address; nothing where the id is there already. Says whether it was new.
pub async fn add(conn: &impl ConnectionTrait, row: TapAddressRow) -> Result<bool, DbErr> {
    let added = tap_address::Entity::insert(tap_address::ActiveModel::from(row))
        .on_conflict_do_nothing_on([tap_address::Column::Practice, tap_address::Column::Id])
        .exec_without_returning(conn)
        .await?;
    Ok(matches!(added, sea_orm::TryInsertResult::Inserted(1..)))
}

/// Revokes an address; says whether it was not revoked before.
pub async fn revoke<C: ConnectionTrait>(
    at: Scoped<'_, C, ClinicianScope>,
    id: TapAddressId,
    now: DateTime<Utc>,
) -> Result<bool, DbErr> {
    tap_address::Entity::update_many()
        .col_expr(tap_address::Column::RevokedAt, Expr::value(Some(now)))
        .filter(tap_address::Column::Practice.eq(at.scope.practice().clone()))
        .filter(tap_address::Column::Clinician.eq(at.scope.clinician()))
        .filter(tap_address::Column::Id.eq(id))
        .filter(tap_address::Column::RevokedAt.is_null())
        .exec(at.conn)
        .await
        .map(|done| done.rows_affected > 0)
}

/// Notes that an address is in use.
pub async fn touch(
    conn: &impl ConnectionTrait,
    practice: &OdsCode,
    id: TapAddressId,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    tap_address::Entity::update_many()
        .col_expr(tap_address::Column::LastUsedAt, Expr::value(Some(now)))
        .filter(tap_address::Column::Practice.eq(practice.clone()))
        .filter(tap_address::Column::Id.eq(id))
        .exec(conn)
        .await?;
    Ok(())
}
