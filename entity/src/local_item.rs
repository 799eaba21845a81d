//! An item that an LMC added to the menu of its practices, or what it says of one from then on.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::ids::{ItemCode, LocalDate, OrgCode, RowId};

/// An item that an LMC added to the menu of its practices, or what it says of one from then on.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "local_item")]
pub struct Model {
    /// LMC the row belongs to.
    #[sea_orm(primary_key, auto_increment = false)]
    pub lmc: OrgCode,
    /// UUIDv7, made by the client.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RowId,
    /// Its code, the same in every row of the item.
    #[sea_orm(column_type = "String(StringLen::N(60))")]
    pub item: ItemCode,
    /// Counts up from 1.
    pub version: i32,
    /// Short name.
    #[sea_orm(column_type = "Text")]
    pub title: String,
    /// Its scope in one sentence.
    #[sea_orm(column_type = "Text")]
    pub plain: String,
    /// What it leaves out; empty where nothing was said.
    #[sea_orm(column_type = "Text")]
    pub exception: String,
    /// What one record is about.
    #[sea_orm(column_type = "String(StringLen::N(60))")]
    pub subject: String,
    /// How it stands to the contract.
    #[sea_orm(column_type = "String(StringLen::N(60))")]
    pub position: String,
    /// What stays obligatory.
    #[sea_orm(column_type = "Text")]
    pub guard_rail: String,
    /// Where that can be read.
    #[sea_orm(column_type = "Text")]
    pub source: String,
    /// When it was last read there.
    pub checked_on: LocalDate,
    /// First day.
    pub valid_from: LocalDate,
    /// Last day.
    pub valid_until: Option<LocalDate>,
    /// Recorded at.
    pub recorded_at: DateTime<Utc>,
    /// Person.
    pub recorded_by: Uuid,
}

impl ActiveModelBehavior for ActiveModel {}
