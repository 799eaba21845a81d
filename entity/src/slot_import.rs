//! An import whose rows are all staged: it can be looked at, and made to count.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::ids::{OdsCode, RowId};

/// An import whose rows are all staged: it can be looked at, and made to count.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "slot_import")]
pub struct Model {
    /// Practice the row belongs to.
    #[sea_orm(primary_key, auto_increment = false)]
    pub practice: OdsCode,
    /// Follows from the files, the mapping, the day and the base: the same import has the same id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RowId,
    /// Where the files come from.
    #[sea_orm(column_type = "String(StringLen::N(60))")]
    pub system: String,
    /// Digest of the files.
    #[sea_orm(column_type = "Text")]
    pub file_sha256: String,
    /// Number of the import on which its sums build.
    pub base: i32,
    /// Counts of what was read, as JSON.
    #[sea_orm(column_type = "Text")]
    pub summary: String,
    /// When the row was written.
    pub recorded_at: DateTime<Utc>,
    /// Person that wrote it.
    pub recorded_by: Uuid,
}

impl ActiveModelBehavior for ActiveModel {}
