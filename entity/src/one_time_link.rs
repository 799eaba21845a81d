//! A link that works once: first administrator, or enrolment of a device.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::ids::OdsCode;

/// A link that works once: first administrator, or enrolment of a device.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "one_time_link")]
pub struct Model {
    /// UUIDv7.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Secret hash.
    #[sea_orm(column_type = "Text")]
    pub secret_hash: String,
    /// Purpose.
    #[sea_orm(column_type = "String(StringLen::N(60))")]
    pub purpose: String,
    /// Practice the row belongs to.
    pub practice: Option<OdsCode>,
    /// Subject.
    pub subject: Option<Uuid>,
    /// Created at.
    pub created_at: DateTime<Utc>,
    /// Expires at.
    pub expires_at: DateTime<Utc>,
    /// Used at.
    pub used_at: Option<DateTime<Utc>>,
}

impl ActiveModelBehavior for ActiveModel {}
