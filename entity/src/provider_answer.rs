//! An answer of the organisation's sign-in that was taken, so that it is taken once. Kept for an hour.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

/// An answer of the organisation's sign-in that was taken, so that it is taken once. Kept for an hour.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "provider_answer")]
pub struct Model {
    /// Hash of the `state` that it brought back.
    #[sea_orm(primary_key, auto_increment = false, column_type = "Text")]
    pub state_hash: String,
    /// Taken at.
    pub taken_at: DateTime<Utc>,
}

impl ActiveModelBehavior for ActiveModel {}
