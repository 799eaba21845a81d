//! A version of an LMC’s template notice, or its withdrawal.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::ids::{ItemCode, LocalDate, OrgCode, RowId, TemplateId};

/// A version of an LMC’s template notice, or its withdrawal.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "notice_template")]
pub struct Model {
    /// LMC the row belongs to.
    #[sea_orm(primary_key, auto_increment = false)]
    pub lmc: OrgCode,
    /// UUIDv7, made by the client.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RowId,
    /// Which template.
    pub template: TemplateId,
    /// Counts up from 1.
    pub version: i32,
    /// Whether this version takes the template back.
    pub withdrawn: bool,
    /// Item of the catalogue.
    pub item: ItemCode,
    /// Its name in lists.
    #[sea_orm(column_type = "Text")]
    pub title: String,
    /// The service.
    #[sea_orm(column_type = "Text")]
    pub service: String,
    /// What practices read.
    #[sea_orm(column_type = "Text")]
    pub explanation: String,
    /// How long the notice may run; nothing where the template suggests no period.
    pub period_n: Option<i32>,
    /// In what that is counted.
    pub period_unit: Option<String>,
    /// A last day in common.
    pub last_day: Option<LocalDate>,
    /// A day of service in common.
    pub serve_on: Option<LocalDate>,
    /// Recorded at.
    pub recorded_at: DateTime<Utc>,
    /// Person.
    pub recorded_by: Uuid,
}

impl ActiveModelBehavior for ActiveModel {}
