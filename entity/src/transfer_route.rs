//! Whom practices write to about transferred work, and what reaches the LMC’s desk one by one.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::ids::{OrgCode, RowId};

/// Whom practices write to about transferred work, and what reaches the LMC’s desk one by one.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "transfer_route")]
pub struct Model {
    /// LMC the row belongs to.
    #[sea_orm(primary_key, auto_increment = false)]
    pub lmc: OrgCode,
    /// UUIDv7, made by the client.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RowId,
    /// Key of the provider; empty for every one.
    #[sea_orm(column_type = "Text", nullable)]
    pub provider: Option<String>,
    /// Its name.
    #[sea_orm(column_type = "Text", nullable)]
    pub provider_name: Option<String>,
    /// Code of the category; empty for every one.
    pub category: Option<String>,
    /// Whom to write to.
    #[sea_orm(column_type = "Text", nullable)]
    pub recipient: Option<String>,
    /// Working days in which it answers.
    pub reply_within: Option<i32>,
    /// Step of the ladder with which it begins.
    pub first_step: i32,
    /// Somebody may have come to harm: that is reported elsewhere.
    pub harm: bool,
    /// Each item stands on the desk; else only what repeats.
    pub shown_singly: bool,
    /// Recorded at.
    pub recorded_at: DateTime<Utc>,
    /// Person.
    pub recorded_by: Uuid,
}

impl ActiveModelBehavior for ActiveModel {}
