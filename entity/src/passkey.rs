//! A passkey of a person: its public key, which alone opens nothing.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::ids::PersonId;

/// A passkey of a person: its public key, which alone opens nothing.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "passkey")]
pub struct Model {
    /// UUIDv7.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Person.
    pub person: PersonId,
    /// What its person calls it.
    #[sea_orm(column_type = "Text")]
    pub name: String,
    /// What its authenticator calls it, in base64url.
    #[sea_orm(column_type = "Text")]
    pub credential_id: String,
    /// Its public key and what else is verified with, as the library writes it.
    #[sea_orm(column_type = "Text")]
    pub credential: String,
    /// The highest number its authenticator counted to.
    pub counter: i64,
    /// Whether it is kept on several devices.
    pub backed_up: bool,
    /// Added at.
    pub added_at: DateTime<Utc>,
    /// Last used at.
    pub last_used_at: Option<DateTime<Utc>>,
}

impl ActiveModelBehavior for ActiveModel {}
