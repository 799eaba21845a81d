//! One outside reader looked at the practice's row on one kind of page on one day.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::ids::{LocalDate, OdsCode, OrgCode, PersonId, RowId};

/// One outside reader looked at the practice's row on one kind of page on one day.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "access_receipt")]
pub struct Model {
    /// Practice the row belongs to.
    #[sea_orm(primary_key, auto_increment = false)]
    pub practice: OdsCode,
    /// UUIDv7.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RowId,
    /// Reader.
    pub reader: PersonId,
    /// Role.
    #[sea_orm(column_type = "String(StringLen::N(60))")]
    pub role: String,
    /// Organisation.
    pub organisation: OrgCode,
    /// London day it counts for.
    pub day: LocalDate,
    /// When the row was written.
    pub recorded_at: DateTime<Utc>,
    /// Kind of page; receipts of before do not say.
    #[sea_orm(column_type = "String(StringLen::N(60))")]
    pub page: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}
