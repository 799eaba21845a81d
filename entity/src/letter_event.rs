//! What was recorded of a letter after it went out.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::ids::{LocalDate, OdsCode, RowId};

/// What was recorded of a letter after it went out.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "letter_event")]
pub struct Model {
    /// Practice the row belongs to.
    #[sea_orm(primary_key, auto_increment = false)]
    pub practice: OdsCode,
    /// UUIDv7, made by the client.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RowId,
    /// The letter.
    pub letter: RowId,
    /// reply or recorded-in-error.
    pub event: String,
    /// The day of it.
    pub happened_on: LocalDate,
    /// Short, checked for patient data.
    #[sea_orm(column_type = "Text", nullable)]
    pub note: Option<String>,
    /// Recorded at.
    pub recorded_at: DateTime<Utc>,
    /// Person.
    pub recorded_by: Uuid,
}

impl ActiveModelBehavior for ActiveModel {}
