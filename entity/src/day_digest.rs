//! What was recorded on a day, as a number of rows and a sum of their digests, until an anchor covers it.

use sea_orm::entity::prelude::*;

use crate::ids::{LocalDate, OdsCode};

/// What a practice recorded on a day, as a number of rows and a sum of their digests, until an anchor covers it.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "day_digest")]
pub struct Model {
    /// Practice the row belongs to.
    #[sea_orm(primary_key, auto_increment = false)]
    pub practice: OdsCode,
    /// London day on which the rows were recorded.
    #[sea_orm(primary_key, auto_increment = false)]
    pub day: LocalDate,
    /// How many rows.
    pub n: i64,
    /// Sum of their digests, in 62 bits.
    pub digest: i64,
}

impl ActiveModelBehavior for ActiveModel {}
