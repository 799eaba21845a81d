//! A release as a file, in the bytes it was first served in.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

/// A release as a file, in the bytes it was first served in.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "release_file")]
pub struct Model {
    /// Number of the release.
    #[sea_orm(primary_key, auto_increment = false)]
    pub number: i32,
    /// csv, json, xlsx or pdf.
    #[sea_orm(primary_key, auto_increment = false)]
    pub form: String,
    /// SHA-256 of the bytes.
    #[sea_orm(column_type = "Text")]
    pub sha256: String,
    /// The file.
    #[sea_orm(column_type = "Blob")]
    pub bytes: Vec<u8>,
    /// When the row was written.
    pub recorded_at: DateTime<Utc>,
}

impl ActiveModelBehavior for ActiveModel {}
