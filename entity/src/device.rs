//! A phone or computer enrolled for one clinician.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::ids::{ClinicianId, DeviceId, OdsCode};

/// A phone or computer enrolled for one clinician.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "device")]
pub struct Model {
    /// Practice the row belongs to.
    #[sea_orm(primary_key, auto_increment = false)]
    pub practice: OdsCode,
    /// UUIDv7.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: DeviceId,
    /// Whose.
    pub clinician: ClinicianId,
    /// Secret hash.
    #[sea_orm(column_type = "Text")]
    pub secret_hash: String,
    /// Enrolled at.
    pub enrolled_at: DateTime<Utc>,
    /// Expires at.
    pub expires_at: DateTime<Utc>,
    /// Last seen at.
    pub last_seen_at: DateTime<Utc>,
    /// Pin hash.
    #[sea_orm(column_type = "Text")]
    pub pin_hash: Option<String>,
    /// Revoked at.
    pub revoked_at: Option<DateTime<Utc>>,
}

impl ActiveModelBehavior for ActiveModel {}
