//! The practices and atoms of one frame year, frozen.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

/// The practices and atoms of one frame year, frozen.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "release_frame")]
pub struct Model {
    /// Year.
    #[sea_orm(primary_key, auto_increment = false)]
    pub year: i32,
    /// Content.
    #[sea_orm(column_type = "Text")]
    pub content: String,
    /// Sha256.
    #[sea_orm(column_type = "Text")]
    pub sha256: String,
    /// When the row was written.
    pub recorded_at: DateTime<Utc>,
}

impl ActiveModelBehavior for ActiveModel {}
