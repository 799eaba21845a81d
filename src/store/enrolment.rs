//! Enrolment: what a link may show before there is a scope, devices as their practice sees them, and when a clinician
//! leaves.

use chrono::{DateTime, Utc};
use entity::{
    clinician, device,
    ids::{ClinicianId, DeviceId, LocalDate, OdsCode},
    one_time_link,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect, prelude::Expr, sea_query::ExprTrait,
};
use uuid::Uuid;

use super::people::{self, ClinicianRow, DeviceRow, LinkRow};
use crate::{
    db::Scoped,
    domain::access::{ClinicianScope, PracticeScope},
};

/// Purpose of a link that enrols a device.
pub const ENROL: &str = "enrol";

/// The link of a secret that still works, with the clinician it is for. Whoever has the secret may know the label.
pub async fn invited(
    conn: &impl ConnectionTrait,
    secret_hash: &str,
    now: DateTime<Utc>,
) -> Result<Option<(LinkRow, ClinicianRow)>, DbErr> {
    let Some(link) = people::link(conn, secret_hash, ENROL, now).await? else {
        return Ok(None);
    };
    let (Some(practice), Some(subject)) = (link.practice.clone(), link.subject) else {
        return Ok(None);
    };
    let clinician = clinician::Entity::find_by_id((practice, ClinicianId(subject))).one(conn).await?;
    Ok(clinician.map(|clinician| (link, clinician)))
}

/// A link by its own id, whatever became of it: tells a repeated request from a new one.
pub async fn link_by_id(conn: &impl ConnectionTrait, id: Uuid) -> Result<Option<LinkRow>, DbErr> {
    one_time_link::Entity::find_by_id(id).one(conn).await
}

/// Clinicians of a practice with a link that nobody has used yet.
pub async fn open_links<C: ConnectionTrait>(
    at: Scoped<'_, C, PracticeScope>,
    now: DateTime<Utc>,
) -> Result<Vec<(ClinicianId, DateTime<Utc>)>, DbErr> {
    let rows = one_time_link::Entity::find()
        .select_only()
        .column(one_time_link::Column::Subject)
        .column(one_time_link::Column::ExpiresAt)
        .filter(one_time_link::Column::Practice.eq(at.scope.practice().clone()))
        .filter(one_time_link::Column::Purpose.eq(ENROL))
        .filter(one_time_link::Column::UsedAt.is_null())
        .filter(one_time_link::Column::ExpiresAt.gt(now))
        .into_tuple::<(Option<Uuid>, DateTime<Utc>)>()
        .all(at.conn)
        .await?;
    Ok(rows.into_iter().filter_map(|(subject, until)| Some((ClinicianId(subject?), until))).collect())
}

/// Every clinician of a practice, those who have left too, by label.
pub async fn all_clinicians<C: ConnectionTrait>(at: Scoped<'_, C, PracticeScope>) -> Result<Vec<ClinicianRow>, DbErr> {
    let mut rows = clinician::Entity::find()
        .filter(clinician::Column::Practice.eq(at.scope.practice().clone()))
        .all(at.conn)
        .await?;
    // Sorted here: the two databases collate differently.
    rows.sort_by(|one, other| (&one.label, one.id).cmp(&(&other.label, other.id)));
    Ok(rows)
}

/// Notes the first day a clinician is no longer there, or that they stay.
pub async fn set_left<C: ConnectionTrait>(
    at: Scoped<'_, C, ClinicianScope>,
    day: Option<LocalDate>,
) -> Result<(), DbErr> {
    clinician::Entity::update_many()
        .col_expr(clinician::Column::LeftOn, Expr::value(day))
        .filter(clinician::Column::Practice.eq(at.scope.practice().clone()))
        .filter(clinician::Column::Id.eq(at.scope.clinician()))
        .exec(at.conn)
        .await?;
    Ok(())
}

/// Lets no device of a clinician outlive `until`.
pub async fn cap_devices<C: ConnectionTrait>(
    at: Scoped<'_, C, ClinicianScope>,
    until: DateTime<Utc>,
) -> Result<(), DbErr> {
    device::Entity::update_many()
        .col_expr(device::Column::ExpiresAt, Expr::value(until))
        .filter(device::Column::Practice.eq(at.scope.practice().clone()))
        .filter(device::Column::Clinician.eq(at.scope.clinician()))
        .filter(device::Column::ExpiresAt.gt(until))
        .exec(at.conn)
        .await?;
    Ok(())
}

/// A device by its full key, whatever became of it.
pub async fn device(conn: &impl ConnectionTrait, practice: &OdsCode, id: DeviceId) -> Result<Option<DeviceRow>, DbErr> {
    device::Entity::find_by_id((practice.clone(), id)).one(conn).await
}

/// Notes that a device is in use.
pub async fn touch_device(
    conn: &impl ConnectionTrait,
    practice: &OdsCode,
    id: DeviceId,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    device::Entity::update_many()
        .col_expr(device::Column::LastSeenAt, Expr::value(now))
        .filter(device::Column::Practice.eq(practice.clone()))
        .filter(device::Column::Id.eq(id))
        .filter(Expr::col(device::Column::LastSeenAt).lt(now))
        .exec(conn)
        .await?;
    Ok(())
}
