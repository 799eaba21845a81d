//! The address under which people reach the service, as it was last served.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

/// The address under which people reach the service, as it was last served.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "public_address")]
pub struct Model {
    /// `served`: there is one row.
    #[sea_orm(primary_key, auto_increment = false, column_type = "String(StringLen::N(60))")]
    pub name: String,
    /// Scheme, host and port, without a path.
    #[sea_orm(column_type = "Text")]
    pub address: String,
    /// When it was served there first.
    pub recorded_at: DateTime<Utc>,
}

impl ActiveModelBehavior for ActiveModel {}
