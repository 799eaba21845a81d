//! Work that a provider passed on to a practice.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::ids::{LocalDate, OdsCode, SubjectId, TransferId};

/// Work that a provider passed on to a practice.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "transfer")]
pub struct Model {
    /// Practice the row belongs to.
    #[sea_orm(primary_key, auto_increment = false)]
    pub practice: OdsCode,
    /// UUIDv7, made by the client.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: TransferId,
    /// The entry that this one takes the place of.
    pub corrects: Option<TransferId>,
    /// The first entry of those that correct each other; nothing where that is this one.
    pub first: Option<TransferId>,
    /// ODS code of the provider, or its name in small letters after `own:`.
    #[sea_orm(column_type = "Text")]
    pub provider: String,
    /// The provider as it reads.
    #[sea_orm(column_type = "Text")]
    pub provider_name: String,
    /// Code of the department.
    pub department: Option<String>,
    /// The pathway of the register that it is about, where that was said.
    pub pathway: Option<SubjectId>,
    /// Code of the category.
    pub category: String,
    /// One of the category's reasons.
    #[sea_orm(column_type = "Text", nullable)]
    pub reason: Option<String>,
    /// Code of the route.
    pub route: String,
    /// What was asked.
    #[sea_orm(column_type = "Text", nullable)]
    pub asked: Option<String>,
    /// Code of what the practice did.
    pub outcome: String,
    /// Minutes of a GP.
    pub minutes_gp: i32,
    /// Minutes of another clinician.
    pub minutes_other_clinician: i32,
    /// Minutes of a nurse.
    pub minutes_nurse: i32,
    /// Minutes of administration.
    pub minutes_admin: i32,
    /// The practice's own reference.
    #[sea_orm(column_type = "Text", nullable)]
    pub reference: Option<String>,
    /// The day it came.
    pub came_on: LocalDate,
    /// Code of the duty that was proposed.
    pub duty: Option<String>,
    /// Edition of the book of categories and duties.
    pub edition: String,
    /// It was entered in error.
    pub removed: bool,
    /// Recorded at.
    pub recorded_at: DateTime<Utc>,
    /// Person, clinician or display.
    pub recorded_by: Uuid,
}

impl ActiveModelBehavior for ActiveModel {}
