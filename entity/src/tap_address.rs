//! A secret address that counts one contact a request, for one clinician. Only the hash of its secret is stored.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::ids::{ClinicianId, DeviceId, OdsCode, TapAddressId};

/// A secret address that counts one contact a request, for one clinician. Only the hash of its secret is stored.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "tap_address")]
pub struct Model {
    /// Practice.
    #[sea_orm(primary_key, auto_increment = false)]
    pub practice: OdsCode,
    /// UUIDv7, made by the client.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: TapAddressId,
    /// Whose contacts it counts.
    pub clinician: ClinicianId,
    /// Device on which it was made: it works no longer than that is enrolled.
    pub device: DeviceId,
    /// What it is for.
    #[sea_orm(column_type = "Text")]
    pub name: String,
    /// Hash of the secret in the address.
    #[sea_orm(column_type = "Text")]
    pub secret_hash: String,
    /// Created at.
    pub created_at: DateTime<Utc>,
    /// Last used at, to the minute.
    pub last_used_at: Option<DateTime<Utc>>,
    /// Revoked at.
    pub revoked_at: Option<DateTime<Utc>>,
}

impl ActiveModelBehavior for ActiveModel {}
