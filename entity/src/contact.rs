//! One contact. Append-only; a void is another row.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::ids::{ClinicianId, ContactId, LocalDate, OdsCode};

/// One contact. Append-only; a void is another row.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "contact")]
pub struct Model {
    /// Practice the row belongs to.
    #[sea_orm(primary_key, auto_increment = false)]
    pub practice: OdsCode,
    /// UUIDv7.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ContactId,
    /// Whose.
    pub clinician: ClinicianId,
    /// London day it counts for.
    pub day: LocalDate,
    /// Occurred at.
    pub occurred_at: DateTime<Utc>,
    /// When the row was written.
    pub recorded_at: DateTime<Utc>,
    /// Stable text of the kind.
    #[sea_orm(column_type = "String(StringLen::N(60))")]
    pub kind: String,
    /// Complex.
    pub complex: bool,
    /// Entered.
    #[sea_orm(column_type = "String(StringLen::N(60))")]
    pub entered: String,
    /// Person or device that wrote it.
    pub recorded_by: Uuid,
    /// Clock off.
    pub clock_off: bool,
}

impl ActiveModelBehavior for ActiveModel {}
