//! A role one person holds in one organisation.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::ids::{GrantId, OrgCode, PersonId};

/// A role one person holds in one organisation.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "role_grant")]
pub struct Model {
    /// UUIDv7.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: GrantId,
    /// Person.
    pub person: PersonId,
    /// Role.
    #[sea_orm(column_type = "String(StringLen::N(60))")]
    pub role: String,
    /// Organisation.
    pub organisation: OrgCode,
    /// Granted at.
    pub granted_at: DateTime<Utc>,
    /// Revoked at.
    pub revoked_at: Option<DateTime<Utc>>,
}

impl ActiveModelBehavior for ActiveModel {}
