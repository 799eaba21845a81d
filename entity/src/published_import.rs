//! A file of NHS England's practice-level appointments, taken in whole: without this row its figures are not read.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::ids::RowId;

/// A file of NHS England's practice-level appointments, taken in whole: without this row its figures are not read.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "published_import")]
pub struct Model {
    /// UUIDv7.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RowId,
    /// Digest of its bytes.
    #[sea_orm(column_type = "Text")]
    pub file_sha256: String,
    /// Known practices in it.
    pub practices: i64,
    /// Appointments of these.
    pub appointments: i64,
    /// When the row was written.
    pub recorded_at: DateTime<Utc>,
}

impl ActiveModelBehavior for ActiveModel {}
