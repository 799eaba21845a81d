//! Which transferred work a letter is about.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::ids::{OdsCode, RowId, TransferId};

/// Which transferred work a letter is about.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "transfer_letter")]
pub struct Model {
    /// Practice the row belongs to.
    #[sea_orm(primary_key, auto_increment = false)]
    pub practice: OdsCode,
    /// UUIDv7.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RowId,
    /// The letter.
    pub letter: RowId,
    /// The work.
    pub transfer: TransferId,
    /// Step of the ladder.
    pub step: i32,
    /// Recorded at.
    pub recorded_at: DateTime<Utc>,
    /// Person.
    pub recorded_by: Uuid,
}

impl ActiveModelBehavior for ActiveModel {}
