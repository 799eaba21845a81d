//! The one row that makes an import count.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::ids::{OdsCode, RowId};

/// The one row that makes an import count.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "slot_import_done")]
pub struct Model {
    /// Practice the row belongs to.
    #[sea_orm(primary_key, auto_increment = false)]
    pub practice: OdsCode,
    /// Its place in the practice's sequence of imports.
    #[sea_orm(primary_key, auto_increment = false)]
    pub seq: i32,
    /// The import.
    pub import: RowId,
    /// When the row was written.
    pub recorded_at: DateTime<Utc>,
    /// Person that wrote it.
    pub recorded_by: Uuid,
}

impl ActiveModelBehavior for ActiveModel {}
