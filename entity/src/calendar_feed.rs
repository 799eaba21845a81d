//! The secret address under which a calendar program reads a practice's dates, for one person.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::ids::{OdsCode, PersonId, RowId};

/// The secret address under which a calendar program reads a practice's dates, for one person.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "calendar_feed")]
pub struct Model {
    /// Practice the row belongs to.
    #[sea_orm(primary_key, auto_increment = false)]
    pub practice: OdsCode,
    /// UUIDv7, made by the client.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RowId,
    /// Whose it is: it shows what that person may see, and nothing once they may not.
    pub person: PersonId,
    /// Hash of the secret in its address.
    #[sea_orm(column_type = "Text")]
    pub secret_hash: String,
    /// Made at.
    pub created_at: DateTime<Utc>,
    /// Revoked at.
    pub revoked_at: Option<DateTime<Utc>>,
}

impl ActiveModelBehavior for ActiveModel {}
