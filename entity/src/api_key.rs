//! The key of a program that acts for one organisation. Only the hash of its secret is stored.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::ids::{ApiKeyId, OrgCode};

/// The key of a program that acts for one organisation. Only the hash of its secret is stored.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "api_key")]
pub struct Model {
    /// Organisation it acts for.
    #[sea_orm(primary_key, auto_increment = false)]
    pub organisation: OrgCode,
    /// UUIDv7, made by the client.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ApiKeyId,
    /// Role that it never goes beyond.
    #[sea_orm(column_type = "String(StringLen::N(60))")]
    pub role: String,
    /// What it is for.
    #[sea_orm(column_type = "Text")]
    pub name: String,
    /// What it may do, with blanks between.
    #[sea_orm(column_type = "Text")]
    pub scopes: String,
    /// Hash of the whole key.
    #[sea_orm(column_type = "Text")]
    pub secret_hash: String,
    /// Created at.
    pub created_at: DateTime<Utc>,
    /// Person.
    pub created_by: Uuid,
    /// Expires at.
    pub expires_at: DateTime<Utc>,
    /// Last used at, to the minute.
    pub last_used_at: Option<DateTime<Utc>>,
    /// When files last came with it.
    pub last_files_at: Option<DateTime<Utc>>,
    /// Revoked at.
    pub revoked_at: Option<DateTime<Utc>>,
}

impl ActiveModelBehavior for ActiveModel {}
