//! One tally mark: work beside the contacts, or where a patient was sent. Never about a patient.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::ids::{ClinicianId, LocalDate, OdsCode, RowId};

/// One tally mark: work beside the contacts, or where a patient was sent. Never about a patient.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "tick")]
pub struct Model {
    /// Practice the row belongs to.
    #[sea_orm(primary_key, auto_increment = false)]
    pub practice: OdsCode,
    /// UUIDv7.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RowId,
    /// Whose; all zeros where it belongs to the practice as a whole.
    pub clinician: ClinicianId,
    /// London day it counts for.
    pub day: LocalDate,
    /// Which sheet: `work` or `divert`.
    pub source: String,
    /// Line of the sheet.
    pub kind: String,
    /// How many; below zero takes back.
    pub n: i32,
    /// When the row was written.
    pub recorded_at: DateTime<Utc>,
    /// Person or device that wrote it.
    pub recorded_by: Uuid,
}

impl ActiveModelBehavior for ActiveModel {}
