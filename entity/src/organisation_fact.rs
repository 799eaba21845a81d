//! One dated fact about one organisation.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::ids::{LocalDate, OrgCode};

/// One dated fact about one organisation.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "organisation_fact")]
pub struct Model {
    /// UUIDv7.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Code.
    pub code: OrgCode,
    /// Stable text of the kind.
    #[sea_orm(column_type = "String(StringLen::N(60))")]
    pub kind: String,
    /// Fact.
    #[sea_orm(column_type = "String(StringLen::N(60))")]
    pub fact: String,
    /// Value.
    #[sea_orm(column_type = "Text")]
    pub value: Option<String>,
    /// Second value.
    #[sea_orm(column_type = "Text")]
    pub second_value: Option<String>,
    /// First day it holds.
    pub effective_on: LocalDate,
    /// When the row was written.
    pub recorded_at: DateTime<Utc>,
    /// Import.
    pub import: Uuid,
}

impl ActiveModelBehavior for ActiveModel {}
