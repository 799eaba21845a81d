//! A dated limit of a practice, or of one clinician in it.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::ids::{ClinicianId, LocalDate, OdsCode, RowId};

/// A dated limit of a practice, or of one clinician in it.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "limit_rule")]
pub struct Model {
    /// Practice the row belongs to.
    #[sea_orm(primary_key, auto_increment = false)]
    pub practice: OdsCode,
    /// UUIDv7.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RowId,
    /// Whose.
    pub clinician: Option<ClinicianId>,
    /// First day it holds.
    pub effective_on: LocalDate,
    /// Last day it holds; without an end where empty.
    pub last_on: Option<LocalDate>,
    /// Contacts on a duty doctor's day; as for the sessions worked where empty.
    pub duty_day: Option<i32>,
    /// Full day.
    pub full_day: i32,
    /// One session.
    pub one_session: i32,
    /// Nearing percent.
    pub nearing_percent: i32,
    /// When the row was written.
    pub recorded_at: DateTime<Utc>,
    /// Person or device that wrote it.
    pub recorded_by: Uuid,
}

impl ActiveModelBehavior for ActiveModel {}
