//! When an LMC met, as one of its officers said. The row recorded last holds.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::ids::{LocalDate, OrgCode, RowId};

/// When an LMC met, as one of its officers said. The row recorded last holds.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "lmc_meeting")]
pub struct Model {
    /// LMC the row belongs to.
    #[sea_orm(primary_key, auto_increment = false)]
    pub lmc: OrgCode,
    /// UUIDv7, made by the client.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RowId,
    /// The day of the meeting.
    pub met_on: LocalDate,
    /// Recorded at.
    pub recorded_at: DateTime<Utc>,
    /// Person.
    pub recorded_by: Uuid,
}

impl ActiveModelBehavior for ActiveModel {}
