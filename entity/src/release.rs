//! One published release. Each row holds the SHA-256 of the one before.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::ids::LocalDate;

/// One published release. Each row holds the SHA-256 of the one before.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "release")]
pub struct Model {
    /// Number.
    #[sea_orm(primary_key, auto_increment = false)]
    pub number: i32,
    /// Year.
    pub year: i32,
    /// Period.
    pub period: i32,
    /// Published on.
    pub published_on: LocalDate,
    /// Content.
    #[sea_orm(column_type = "Text")]
    pub content: String,
    /// Previous sha256.
    #[sea_orm(column_type = "Text")]
    pub previous_sha256: String,
    /// Sha256.
    #[sea_orm(column_type = "Text")]
    pub sha256: String,
    /// When the row was written.
    pub recorded_at: DateTime<Utc>,
}

impl ActiveModelBehavior for ActiveModel {}
