//! One number for one clinician and day, from the appointment book. The latest row holds.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::ids::{ClinicianId, LocalDate, OdsCode, SheetId};

/// One number for one clinician and day, from the appointment book. The latest row holds.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "day_sheet")]
pub struct Model {
    /// Practice the row belongs to.
    #[sea_orm(primary_key, auto_increment = false)]
    pub practice: OdsCode,
    /// UUIDv7.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SheetId,
    /// Whose.
    pub clinician: ClinicianId,
    /// London day it counts for.
    pub day: LocalDate,
    /// N.
    pub n: i32,
    /// Entered by.
    #[sea_orm(column_type = "String(StringLen::N(60))")]
    pub entered_by: String,
    /// When the row was written.
    pub recorded_at: DateTime<Utc>,
    /// Person or device that wrote it.
    pub recorded_by: Uuid,
}

impl ActiveModelBehavior for ActiveModel {}
