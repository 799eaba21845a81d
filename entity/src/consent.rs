//! Consent to one purpose given or withdrawn. The latest row holds.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::ids::{LocalDate, OdsCode, RowId};

/// Consent to one purpose given or withdrawn. The latest row holds.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "consent")]
pub struct Model {
    /// Practice the row belongs to.
    #[sea_orm(primary_key, auto_increment = false)]
    pub practice: OdsCode,
    /// UUIDv7.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RowId,
    /// Purpose.
    #[sea_orm(column_type = "String(StringLen::N(60))")]
    pub purpose: String,
    /// Version.
    #[sea_orm(column_type = "String(StringLen::N(60))")]
    pub version: String,
    /// Given.
    pub given: bool,
    /// When the row was written.
    pub recorded_at: DateTime<Utc>,
    /// Person or device that wrote it.
    pub recorded_by: Uuid,
    /// The first day that is shown; nothing where earlier days are shown too.
    pub shown_from: Option<LocalDate>,
}

impl ActiveModelBehavior for ActiveModel {}
