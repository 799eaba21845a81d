//! A challenge of a passkey that was answered, so that it is answered once. Kept for an hour.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

/// A challenge of a passkey that was answered, so that it is answered once. Kept for an hour.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "passkey_challenge")]
pub struct Model {
    /// Of what was sealed with it.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Taken at.
    pub taken_at: DateTime<Utc>,
}

impl ActiveModelBehavior for ActiveModel {}
