//! The latest time this installation has seen, so that a clock that jumped is noticed.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

/// The latest time this installation has seen, so that a clock that jumped is noticed. One row, or none before the first
/// start.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "clock_seen")]
pub struct Model {
    /// Always 1.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i32,
    /// The latest time seen by a node whose clock was believed.
    pub latest: DateTime<Utc>,
    /// No row is dated before then: the end of the newest anchor, or the newest date given out a minute ago.
    pub stamped: DateTime<Utc>,
}

impl ActiveModelBehavior for ActiveModel {}
