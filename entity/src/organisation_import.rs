//! One organisation file taken in.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::ids::LocalDate;

/// One organisation file taken in.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "organisation_import")]
pub struct Model {
    /// UUIDv7.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Source.
    #[sea_orm(column_type = "String(StringLen::N(60))")]
    pub source: String,
    /// First day it holds.
    pub effective_on: LocalDate,
    /// When the row was written.
    pub recorded_at: DateTime<Utc>,
    /// File sha256.
    #[sea_orm(column_type = "Text")]
    pub file_sha256: String,
    /// Facts.
    pub facts: i64,
}

impl ActiveModelBehavior for ActiveModel {}
