//! A correction of a release: the next one takes its note in.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::ids::RowId;

/// A correction of a release: the next one takes its note in.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "release_correction")]
pub struct Model {
    /// UUIDv7.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RowId,
    /// As everybody will read it. Empty in a row that takes back another.
    #[sea_orm(column_type = "Text")]
    pub note: String,
    /// The newest release when it was recorded: one with a higher number takes it in.
    pub after_release: i32,
    /// The correction that this row takes back.
    pub takes_back: Option<RowId>,
    /// When the row was written.
    pub recorded_at: DateTime<Utc>,
}

impl ActiveModelBehavior for ActiveModel {}
