//! What one source slot was in one import. Of the imports that count, the latest holds.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::ids::{ClinicianId, LocalDate, OdsCode, RowId};

/// What one source slot was in one import. Of the imports that count, the latest holds.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "slot")]
pub struct Model {
    /// Practice the row belongs to.
    #[sea_orm(primary_key, auto_increment = false)]
    pub practice: OdsCode,
    /// Digest of the source system and its own id of the slot.
    #[sea_orm(primary_key, auto_increment = false)]
    pub slot: Uuid,
    /// The import it came with.
    #[sea_orm(primary_key, auto_increment = false)]
    pub import: RowId,
    /// Line of the file.
    pub line: i64,
    /// Who holds it.
    pub clinician: ClinicianId,
    /// London day.
    pub day: LocalDate,
    /// When it starts, where the file says so.
    pub starts_at: Option<DateTime<Utc>>,
    /// Kind of contact.
    #[sea_orm(column_type = "String(StringLen::N(60))")]
    pub kind: String,
    /// What became of it.
    #[sea_orm(column_type = "String(StringLen::N(60))")]
    pub outcome: String,
    /// When the row was written.
    pub recorded_at: DateTime<Utc>,
}

impl ActiveModelBehavior for ActiveModel {}
