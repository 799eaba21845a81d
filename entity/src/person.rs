//! Somebody who signs in. The only mutable facts about a person are here.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::ids::PersonId;

/// Somebody who signs in. The only mutable facts about a person are here.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "person")]
pub struct Model {
    /// UUIDv7.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: PersonId,
    /// Email.
    #[sea_orm(column_type = "Text", unique)]
    pub email: String,
    /// Name.
    #[sea_orm(column_type = "Text")]
    pub name: String,
    /// Password hash.
    #[sea_orm(column_type = "Text")]
    pub password_hash: Option<String>,
    /// Created at.
    pub created_at: DateTime<Utc>,
    /// Disabled at.
    pub disabled_at: Option<DateTime<Utc>>,
}

impl ActiveModelBehavior for ActiveModel {}
