//! A divert that a person started.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::ids::{DivertId, LocalDate, OdsCode};

/// A divert that a person started.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "divert_start")]
pub struct Model {
    /// Practice the row belongs to.
    #[sea_orm(primary_key, auto_increment = false)]
    pub practice: OdsCode,
    /// UUIDv7, made by the client.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: DivertId,
    /// Counts the practice's diverts: two cannot start at once.
    pub seq: i32,
    /// London day.
    pub day: LocalDate,
    /// Code of what it went by.
    pub ground: String,
    /// Version of the guard-rail text that was shown.
    pub guard_rail: String,
    /// That text.
    #[sea_orm(column_type = "Text")]
    pub guard_rail_text: String,
    /// Code of what the person is there.
    pub role: String,
    /// Recorded at.
    pub recorded_at: DateTime<Utc>,
    /// Person.
    pub recorded_by: Uuid,
}

impl ActiveModelBehavior for ActiveModel {}
