//! One row of the action register: from a date, this item (and subject) stands so.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::ids::{ItemCode, LocalDate, OdsCode, StatusId, SubjectId};

/// One row of the action register: from a date, this item (and subject) stands so.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "action_status")]
pub struct Model {
    /// Practice the row belongs to.
    #[sea_orm(primary_key, auto_increment = false)]
    pub practice: OdsCode,
    /// UUIDv7.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: StatusId,
    /// Item.
    pub item: ItemCode,
    /// Subject.
    pub subject: Option<SubjectId>,
    /// Status.
    #[sea_orm(column_type = "String(StringLen::N(60))")]
    pub status: String,
    /// First day it holds.
    pub effective_on: LocalDate,
    /// About.
    pub about: bool,
    /// Notice served on.
    pub notice_served_on: Option<LocalDate>,
    /// Decided on.
    pub decided_on: Option<LocalDate>,
    /// Staff told on.
    pub staff_told_on: Option<LocalDate>,
    /// Edition.
    #[sea_orm(column_type = "String(StringLen::N(60))")]
    pub edition: String,
    /// Position.
    #[sea_orm(column_type = "String(StringLen::N(60))")]
    pub position: String,
    /// Guard rail.
    #[sea_orm(column_type = "Text")]
    pub guard_rail: String,
    /// Entered by.
    #[sea_orm(column_type = "String(StringLen::N(60))")]
    pub entered_by: String,
    /// When the row was written.
    pub recorded_at: DateTime<Utc>,
    /// Person or device that wrote it.
    pub recorded_by: Uuid,
}

impl ActiveModelBehavior for ActiveModel {}
