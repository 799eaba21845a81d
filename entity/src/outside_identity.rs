//! Somebody as the organisation's own sign-in knows them. Its name for them is all that is kept: no address, no name.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::ids::PersonId;

/// Somebody as the organisation's own sign-in knows them. Its name for them is all that is kept: no address, no name.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "outside_identity")]
pub struct Model {
    /// UUIDv7.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Person.
    pub person: PersonId,
    /// Who vouches: the `iss` of its tokens.
    #[sea_orm(column_type = "Text")]
    pub issuer: String,
    /// What the issuer calls them: the `sub` of its tokens.
    #[sea_orm(column_type = "Text")]
    pub subject: String,
    /// Added at.
    pub added_at: DateTime<Utc>,
    /// When somebody last signed in with it.
    pub last_used_at: Option<DateTime<Utc>>,
}

impl ActiveModelBehavior for ActiveModel {}
