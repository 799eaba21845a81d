//! One event of one organisation’s audit chain.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::ids::{EventId, OrgCode};

/// One event of one organisation’s audit chain.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "audit_event")]
pub struct Model {
    /// Organisation.
    #[sea_orm(primary_key, auto_increment = false)]
    pub organisation: OrgCode,
    /// Seq.
    #[sea_orm(primary_key, auto_increment = false)]
    pub seq: i64,
    /// UUIDv7.
    pub id: EventId,
    /// When the row was written.
    pub recorded_at: DateTime<Utc>,
    /// Actor.
    #[sea_orm(column_type = "Text")]
    pub actor: String,
    /// Event.
    #[sea_orm(column_type = "Text")]
    pub event: String,
    /// Detail.
    #[sea_orm(column_type = "Text")]
    pub detail: Option<String>,
    /// Salt.
    #[sea_orm(column_type = "Text")]
    pub salt: Option<String>,
    /// Detail hash.
    #[sea_orm(column_type = "Text")]
    pub detail_hash: String,
    /// Previous hash.
    #[sea_orm(column_type = "Text")]
    pub previous_hash: String,
    /// Hash.
    #[sea_orm(column_type = "Text")]
    pub hash: String,
}

impl ActiveModelBehavior for ActiveModel {}
