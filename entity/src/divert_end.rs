//! The end of a divert.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::ids::{DivertId, OdsCode, RowId};

/// The end of a divert.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "divert_end")]
pub struct Model {
    /// Practice the row belongs to.
    #[sea_orm(primary_key, auto_increment = false)]
    pub practice: OdsCode,
    /// UUIDv7, made by the client.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RowId,
    /// Which.
    pub divert: DivertId,
    /// Code of what the person is there.
    pub role: String,
    /// Recorded at.
    pub recorded_at: DateTime<Utc>,
    /// Person.
    pub recorded_by: Uuid,
}

impl ActiveModelBehavior for ActiveModel {}
