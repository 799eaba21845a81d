//! An address of a practice's own program. Only the hash of its secret is stored.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::ids::{OdsCode, WebhookId};

/// An address of a practice's own program. Only the hash of its secret is stored.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "webhook")]
pub struct Model {
    /// Practice.
    #[sea_orm(primary_key, auto_increment = false)]
    pub practice: OdsCode,
    /// UUIDv7, made by the client.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: WebhookId,
    /// Where it is told.
    #[sea_orm(column_type = "Text")]
    pub address: String,
    /// What it is told of, with blanks between.
    #[sea_orm(column_type = "Text")]
    pub events: String,
    /// Hash of the secret.
    #[sea_orm(column_type = "Text")]
    pub secret_hash: String,
    /// Created at.
    pub created_at: DateTime<Utc>,
    /// Person.
    pub created_by: Uuid,
    /// When it was given up: nothing reached it for a day.
    pub stopped_at: Option<DateTime<Utc>>,
    /// Revoked at.
    pub revoked_at: Option<DateTime<Utc>>,
}

impl ActiveModelBehavior for ActiveModel {}
