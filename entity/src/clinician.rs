//! Anyone who consults, under a label such as "Dr A"; a real name is never required.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::ids::{ClinicianId, LocalDate, OdsCode};

/// Anyone who consults, under a label such as "Dr A"; a real name is never required.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "clinician")]
pub struct Model {
    /// Practice the row belongs to.
    #[sea_orm(primary_key, auto_increment = false)]
    pub practice: OdsCode,
    /// UUIDv7.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ClinicianId,
    /// Label.
    #[sea_orm(column_type = "Text")]
    pub label: String,
    /// Staff group.
    #[sea_orm(column_type = "String(StringLen::N(60))")]
    pub staff_group: String,
    /// Added at.
    pub added_at: DateTime<Utc>,
    /// Left on.
    pub left_on: Option<LocalDate>,
    /// When everything they counted until then was erased.
    pub erased_at: Option<DateTime<Utc>>,
}

impl ActiveModelBehavior for ActiveModel {}
