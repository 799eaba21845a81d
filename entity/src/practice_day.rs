//! A practice's day, summed over clinicians whose own rows are no longer kept.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::ids::{LocalDate, OdsCode};

/// A practice's day, summed over clinicians whose own rows are no longer kept. Where more of the day is folded, the row
/// is taken out and put back with the larger sums, behind the retention gate.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "practice_day")]
pub struct Model {
    /// Practice the row belongs to.
    #[sea_orm(primary_key, auto_increment = false)]
    pub practice: OdsCode,
    /// London day.
    #[sea_orm(primary_key, auto_increment = false)]
    pub day: LocalDate,
    /// Clinicians with a count.
    pub clinicians: i32,
    /// Their contacts.
    pub contacts: i32,
    /// The sum of their limits.
    pub limits: i32,
    /// What each had left, summed.
    pub room: i32,
    /// Clinicians at the limit exactly.
    pub at_limit: i32,
    /// Clinicians past the limit.
    pub over: i32,
    /// Complex contacts.
    pub complex: i32,
    /// Contacts by kind, and whatever else was tallied, as JSON.
    #[sea_orm(column_type = "Text")]
    pub kinds: String,
    /// When the row was written.
    pub folded_at: DateTime<Utc>,
}

impl ActiveModelBehavior for ActiveModel {}
