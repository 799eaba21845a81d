//! A code that stands in for an authenticator app once.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

/// A code that stands in for an authenticator app once.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "recovery_code")]
pub struct Model {
    /// The authenticator app it stands in for.
    #[sea_orm(primary_key, auto_increment = false)]
    pub second_factor: Uuid,
    /// Code hash.
    #[sea_orm(primary_key, auto_increment = false, column_type = "Text")]
    pub code_hash: String,
    /// Used at.
    pub used_at: Option<DateTime<Utc>>,
}

impl ActiveModelBehavior for ActiveModel {}
