//! What happened with a joint letter.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::ids::{LocalDate, OrgCode, RowId};

/// What happened with a joint letter.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "joint_letter_event")]
pub struct Model {
    /// LMC the row belongs to.
    #[sea_orm(primary_key, auto_increment = false)]
    pub lmc: OrgCode,
    /// UUIDv7, made by the client.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RowId,
    /// The letter.
    pub letter: RowId,
    /// acknowledged, reply, agreed, refused, half-answered or recorded-in-error.
    pub event: String,
    /// The day of it.
    pub happened_on: LocalDate,
    /// Short.
    #[sea_orm(column_type = "Text", nullable)]
    pub note: Option<String>,
    /// Recorded at.
    pub recorded_at: DateTime<Utc>,
    /// Person.
    pub recorded_by: Uuid,
}

impl ActiveModelBehavior for ActiveModel {}
