//! A place where transferred work was solved, with its source.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::ids::{LocalDate, OrgCode, RowId};

/// A place where transferred work was solved, with its source.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "good_example")]
pub struct Model {
    /// LMC the row belongs to.
    #[sea_orm(primary_key, auto_increment = false)]
    pub lmc: OrgCode,
    /// UUIDv7, made by the client.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RowId,
    /// Where.
    #[sea_orm(column_type = "Text")]
    pub place: String,
    /// Code of the category.
    pub category: Option<String>,
    /// What was done.
    #[sea_orm(column_type = "Text")]
    pub what: String,
    /// Where that can be read.
    #[sea_orm(column_type = "Text")]
    pub source: String,
    /// When it was read there.
    pub seen_on: LocalDate,
    /// The row that counts no longer.
    pub takes_back: Option<RowId>,
    /// Recorded at.
    pub recorded_at: DateTime<Utc>,
    /// Person.
    pub recorded_by: Uuid,
}

impl ActiveModelBehavior for ActiveModel {}
