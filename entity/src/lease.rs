//! Who runs a job, and until when; so that each runs once across nodes.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

/// Who runs a job, and until when; so that each runs once across nodes.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "lease")]
pub struct Model {
    /// Name.
    #[sea_orm(primary_key, auto_increment = false, column_type = "String(StringLen::N(60))")]
    pub name: String,
    /// Holder.
    pub holder: Uuid,
    /// Until.
    pub until: DateTime<Utc>,
}

impl ActiveModelBehavior for ActiveModel {}
