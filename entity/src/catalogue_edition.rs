//! One edition of the catalogue, as it was imported.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::ids::LocalDate;

/// One edition of the catalogue, as it was imported.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "catalogue_edition")]
pub struct Model {
    /// Its name in the file.
    #[sea_orm(primary_key, auto_increment = false, column_type = "String(StringLen::N(60))")]
    pub edition: String,
    /// Where the menu applies.
    #[sea_orm(column_type = "Text")]
    pub jurisdiction: String,
    /// First day that anything can be recorded for.
    pub valid_from: LocalDate,
    /// The file, byte for byte.
    #[sea_orm(column_type = "Text")]
    pub body: String,
    /// SHA-256 of the file.
    #[sea_orm(column_type = "Text")]
    pub digest: String,
    /// When it was imported.
    pub imported_at: DateTime<Utc>,
    /// Who imported it.
    pub imported_by: Uuid,
}

impl ActiveModelBehavior for ActiveModel {}
