//! How many rows a clinician's day has beside those that its tallies tell, written in their transaction.

use sea_orm::entity::prelude::*;

use crate::ids::{ClinicianId, LocalDate, OdsCode};

/// How many rows of one kind a clinician's day has.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "day_rows")]
pub struct Model {
    /// Practice the row belongs to.
    #[sea_orm(primary_key, auto_increment = false)]
    pub practice: OdsCode,
    /// Whose.
    #[sea_orm(primary_key, auto_increment = false)]
    pub clinician: ClinicianId,
    /// London day.
    #[sea_orm(primary_key, auto_increment = false)]
    pub day: LocalDate,
    /// Which rows: contacts taken back, voids that came first, or the tally marks of a sheet.
    #[sea_orm(primary_key, auto_increment = false, column_type = "String(StringLen::N(60))")]
    pub what: String,
    /// How many.
    pub n: i64,
}

impl ActiveModelBehavior for ActiveModel {}
