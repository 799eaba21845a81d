//! Wrong PINs of a device since the last right one.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::ids::{DeviceId, OdsCode};

/// Wrong PINs of a device since the last right one.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "pin_try")]
pub struct Model {
    /// Practice.
    #[sea_orm(primary_key, auto_increment = false, column_type = "String(StringLen::N(60))")]
    pub practice: OdsCode,
    /// Device.
    #[sea_orm(primary_key, auto_increment = false)]
    pub device: DeviceId,
    /// How many.
    pub wrong: i32,
    /// Last at.
    pub last_at: DateTime<Utc>,
}

impl ActiveModelBehavior for ActiveModel {}
