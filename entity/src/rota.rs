//! Sessions a clinician works on a weekday, from a day on; the newest row of a weekday holds.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::ids::{ClinicianId, LocalDate, OdsCode, RowId};

/// Sessions a clinician works on a weekday, from a day on; the newest row of a weekday holds.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "rota")]
pub struct Model {
    /// Practice the row belongs to.
    #[sea_orm(primary_key, auto_increment = false)]
    pub practice: OdsCode,
    /// UUIDv7.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RowId,
    /// Whose.
    pub clinician: ClinicianId,
    /// 1 is Monday, 7 is Sunday.
    pub weekday: i32,
    /// Sessions, counted in halves; 0 is a day off.
    pub half_sessions: i32,
    /// First day it holds.
    pub effective_on: LocalDate,
    /// When the row was written.
    pub recorded_at: DateTime<Utc>,
    /// Person or device that wrote it.
    pub recorded_by: Uuid,
}

impl ActiveModelBehavior for ActiveModel {}
