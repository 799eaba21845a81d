//! What an import adds to the sums of those before it; may be negative.

use sea_orm::entity::prelude::*;

use crate::ids::{ClinicianId, LocalDate, OdsCode, RowId};

/// What an import adds to the sums of those before it; may be negative.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "slot_tally")]
pub struct Model {
    /// Practice the row belongs to.
    #[sea_orm(primary_key, auto_increment = false)]
    pub practice: OdsCode,
    /// The import.
    #[sea_orm(primary_key, auto_increment = false)]
    pub import: RowId,
    /// Whose.
    #[sea_orm(primary_key, auto_increment = false)]
    pub clinician: ClinicianId,
    /// London day.
    #[sea_orm(primary_key, auto_increment = false)]
    pub day: LocalDate,
    /// Kind of contact.
    #[sea_orm(primary_key, auto_increment = false, column_type = "String(StringLen::N(60))")]
    pub kind: String,
    /// What became of it.
    #[sea_orm(primary_key, auto_increment = false, column_type = "String(StringLen::N(60))")]
    pub outcome: String,
    /// How many more, or fewer.
    pub n: i64,
}

impl ActiveModelBehavior for ActiveModel {}
