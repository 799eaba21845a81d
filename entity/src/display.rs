//! A screen with a display link: on a wall, or at the reception desk.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::ids::{DisplayId, OdsCode};

/// A screen with a display link: on a wall, or at the reception desk.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "display")]
pub struct Model {
    /// Practice the row belongs to.
    #[sea_orm(primary_key, auto_increment = false)]
    pub practice: OdsCode,
    /// UUIDv7, made by the client.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: DisplayId,
    /// What the practice calls it.
    #[sea_orm(column_type = "Text")]
    pub label: String,
    /// At the desk: may count where patients were sent.
    pub may_count: bool,
    /// Hash of the link, and of the screen's own secret once it was opened.
    #[sea_orm(column_type = "Text")]
    pub secret_hash: String,
    /// Created at.
    pub created_at: DateTime<Utc>,
    /// Person.
    pub created_by: Uuid,
    /// When the link was used up by a screen.
    pub opened_at: Option<DateTime<Utc>>,
    /// Expires at.
    pub expires_at: DateTime<Utc>,
    /// Revoked at.
    pub revoked_at: Option<DateTime<Utc>>,
}

impl ActiveModelBehavior for ActiveModel {}
