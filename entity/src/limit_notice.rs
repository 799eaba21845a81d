//! A clinician told the practice that they are at their limit.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::ids::{ClinicianId, LocalDate, OdsCode, RowId};

/// A clinician told the practice that they are at their limit.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "limit_notice")]
pub struct Model {
    /// Practice the row belongs to.
    #[sea_orm(primary_key, auto_increment = false)]
    pub practice: OdsCode,
    /// UUIDv7, made by the client.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RowId,
    /// Who.
    pub clinician: ClinicianId,
    /// London day.
    pub day: LocalDate,
    /// Recorded at.
    pub recorded_at: DateTime<Utc>,
    /// Device or person.
    pub recorded_by: Uuid,
}

impl ActiveModelBehavior for ActiveModel {}
