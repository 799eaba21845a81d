//! The authenticator app of a person. Its secret is not here: the master key makes it from the ids.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::ids::PersonId;

/// The authenticator app of a person. Its secret is not here: the master key makes it from the ids.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "second_factor")]
pub struct Model {
    /// UUIDv7, made when it was offered.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Person.
    pub person: PersonId,
    /// Hash of the secret, to find the master key that made it.
    #[sea_orm(column_type = "Text")]
    pub secret_hash: String,
    /// Confirmed at.
    pub confirmed_at: DateTime<Utc>,
    /// Half minutes since 1970 of the newest code that was taken.
    pub last_step: i64,
    /// Ended at.
    pub ended_at: Option<DateTime<Utc>>,
}

impl ActiveModelBehavior for ActiveModel {}
