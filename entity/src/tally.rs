//! The hot sum of counted contacts, written in the transaction of the contacts themselves.

use sea_orm::entity::prelude::*;

use crate::ids::{ClinicianId, LocalDate, OdsCode};

/// The hot sum of counted contacts, written in the transaction of the contacts themselves.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "tally")]
pub struct Model {
    /// Practice the row belongs to.
    #[sea_orm(primary_key, auto_increment = false)]
    pub practice: OdsCode,
    /// Whose.
    #[sea_orm(primary_key, auto_increment = false)]
    pub clinician: ClinicianId,
    /// London day it counts for.
    #[sea_orm(primary_key, auto_increment = false)]
    pub day: LocalDate,
    /// Source.
    #[sea_orm(
        primary_key,
        auto_increment = false,
        column_type = "String(StringLen::N(60))"
    )]
    pub source: String,
    /// Stable text of the kind.
    #[sea_orm(
        primary_key,
        auto_increment = false,
        column_type = "String(StringLen::N(60))"
    )]
    pub kind: String,
    /// N.
    pub n: i64,
}

impl ActiveModelBehavior for ActiveModel {}
