//! How columns, session holders and slot types of a practice's files were matched, in digests. The latest row holds.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::ids::{OdsCode, RowId};

/// How columns, session holders and slot types of a practice's files were matched, in digests. The latest row holds.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "column_mapping")]
pub struct Model {
    /// Practice the row belongs to.
    #[sea_orm(primary_key, auto_increment = false)]
    pub practice: OdsCode,
    /// UUIDv7.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RowId,
    /// Where the files come from.
    #[sea_orm(column_type = "String(StringLen::N(60))")]
    pub system: String,
    /// Digests and what they stand for, as JSON.
    #[sea_orm(column_type = "Text")]
    pub content: String,
    /// When the row was written.
    pub recorded_at: DateTime<Utc>,
    /// Person that wrote it.
    pub recorded_by: Uuid,
}

impl ActiveModelBehavior for ActiveModel {}
