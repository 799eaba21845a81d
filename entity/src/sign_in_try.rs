//! A try to sign in that was not right, or is not known to be right yet.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;
use uuid::Uuid;

/// A try to sign in that was not right, or is not known to be right yet.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sign_in_try")]
pub struct Model {
    /// UUIDv7.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Name of the account; nothing at a place where the account is known.
    #[sea_orm(column_type = "Text", nullable)]
    pub account: Option<String>,
    /// Name of the place.
    #[sea_orm(column_type = "Text")]
    pub place: String,
    /// Tried at.
    pub tried_at: DateTime<Utc>,
}

impl ActiveModelBehavior for ActiveModel {}
