//! How an LMC's office says it can be reached. The newest row holds.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::ids::{OrgCode, RowId};

/// How an LMC's office says it can be reached. The newest row holds.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "lmc_office")]
pub struct Model {
    /// LMC the row belongs to.
    #[sea_orm(primary_key, auto_increment = false)]
    pub lmc: OrgCode,
    /// UUIDv7, made by the client.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RowId,
    /// Shared mailbox, or nothing.
    #[sea_orm(column_type = "Text")]
    pub email: String,
    /// Switchboard, or nothing.
    #[sea_orm(column_type = "Text")]
    pub telephone: String,
    /// Address of its pages, or nothing.
    #[sea_orm(column_type = "Text")]
    pub web: String,
    /// Recorded at.
    pub recorded_at: DateTime<Utc>,
    /// Person.
    pub recorded_by: Uuid,
}

impl ActiveModelBehavior for ActiveModel {}
