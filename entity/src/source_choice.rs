//! Which source counts for a clinician from a day on. The latest row holds.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::ids::{ClinicianId, LocalDate, OdsCode, RowId};

/// Which source counts for a clinician from a day on. The latest row holds.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "source_choice")]
pub struct Model {
    /// Practice the row belongs to.
    #[sea_orm(primary_key, auto_increment = false)]
    pub practice: OdsCode,
    /// Made by the client.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RowId,
    /// For whom.
    pub clinician: ClinicianId,
    /// Taps, sheet, import, or the default order.
    #[sea_orm(column_type = "String(StringLen::N(60))")]
    pub source: String,
    /// First day.
    pub effective_on: LocalDate,
    /// When the row was written.
    pub recorded_at: DateTime<Utc>,
    /// Person that wrote it.
    pub recorded_by: Uuid,
}

impl ActiveModelBehavior for ActiveModel {}
