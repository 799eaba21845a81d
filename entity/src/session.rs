//! A signed-in browser or API token of a person. Only the hash of its secret is stored.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::ids::{PersonId, SessionId};

/// A signed-in browser or API token of a person. Only the hash of its secret is stored.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "session")]
pub struct Model {
    /// UUIDv7.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SessionId,
    /// Secret hash.
    #[sea_orm(column_type = "Text")]
    pub secret_hash: String,
    /// Stable text of the kind.
    #[sea_orm(column_type = "String(StringLen::N(60))")]
    pub kind: String,
    /// Person.
    pub person: PersonId,
    /// Created at.
    pub created_at: DateTime<Utc>,
    /// Last seen at.
    pub last_seen_at: DateTime<Utc>,
    /// Expires at.
    pub expires_at: DateTime<Utc>,
    /// Revoked at.
    pub revoked_at: Option<DateTime<Utc>>,
    /// When a second factor was proven in it.
    pub second_factor_at: Option<DateTime<Utc>>,
}

impl ActiveModelBehavior for ActiveModel {}
