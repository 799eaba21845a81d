//! A sheet of transferred work of before whose items a practice added, as one act.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::ids::{LocalDate, OdsCode, RowId};

/// A sheet of transferred work of before whose items a practice added, as one act.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "transfer_import")]
pub struct Model {
    /// Practice the row belongs to.
    #[sea_orm(primary_key, auto_increment = false)]
    pub practice: OdsCode,
    /// UUIDv7, made with the preview.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RowId,
    /// Items that it added.
    pub items: i32,
    /// Rows that were there already.
    pub there: i32,
    /// Rows that could not be taken.
    pub refused: i32,
    /// The first day of an item that it added.
    pub first_day: LocalDate,
    /// The last one.
    pub last_day: LocalDate,
    /// Recorded at.
    pub recorded_at: DateTime<Utc>,
    /// Person, clinician or display.
    pub recorded_by: Uuid,
}

impl ActiveModelBehavior for ActiveModel {}
