//! NHS England's published figures of one practice and month.

use sea_orm::entity::prelude::*;

use crate::ids::{LocalDate, OdsCode, RowId};

/// NHS England's published figures of one practice and month.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "published_appointment")]
pub struct Model {
    /// Practice the row belongs to.
    #[sea_orm(primary_key, auto_increment = false)]
    pub practice: OdsCode,
    /// First day of the month.
    #[sea_orm(primary_key, auto_increment = false)]
    pub month: LocalDate,
    /// The file.
    #[sea_orm(primary_key, auto_increment = false)]
    pub import: RowId,
    /// GP or other practice staff, as published.
    #[sea_orm(primary_key, auto_increment = false, column_type = "String(StringLen::N(60))")]
    pub staff: String,
    /// Mode, as published.
    #[sea_orm(primary_key, auto_increment = false, column_type = "String(StringLen::N(60))")]
    pub mode: String,
    /// Status, as published.
    #[sea_orm(primary_key, auto_increment = false, column_type = "String(StringLen::N(60))")]
    pub status: String,
    /// Appointments.
    pub n: i64,
}

impl ActiveModelBehavior for ActiveModel {}
