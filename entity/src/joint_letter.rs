//! A letter of an LMC about work that several practices logged.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::ids::{LocalDate, OrgCode, RowId};

/// A letter of an LMC about work that several practices logged.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "joint_letter")]
pub struct Model {
    /// LMC the row belongs to.
    #[sea_orm(primary_key, auto_increment = false)]
    pub lmc: OrgCode,
    /// UUIDv7, made by the client.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RowId,
    /// Code of the letter.
    pub kind: String,
    /// Key of the provider.
    #[sea_orm(column_type = "Text")]
    pub provider: String,
    /// Its name.
    #[sea_orm(column_type = "Text")]
    pub provider_name: String,
    /// Code of the department.
    pub department: Option<String>,
    /// Code of the category.
    pub category: Option<String>,
    /// First day of what was counted.
    pub from_day: LocalDate,
    /// Last day of what was counted.
    pub to_day: LocalDate,
    /// Items that were counted.
    pub items: i32,
    /// Practices that logged them.
    pub practices: i32,
    /// Step of the ladder.
    pub step: i32,
    /// Whom it went to.
    #[sea_orm(column_type = "Text")]
    pub recipient: String,
    /// First line.
    #[sea_orm(column_type = "Text")]
    pub subject: String,
    /// Paragraphs.
    #[sea_orm(column_type = "Text")]
    pub body: String,
    /// When it went out.
    pub sent_on: LocalDate,
    /// By which way.
    pub how: String,
    /// When a reply is due.
    pub reply_due_on: Option<LocalDate>,
    /// Recorded at.
    pub recorded_at: DateTime<Utc>,
    /// Person.
    pub recorded_by: Uuid,
}

impl ActiveModelBehavior for ActiveModel {}
