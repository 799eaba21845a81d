//! A version of a practice’s own wording of a letter.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::ids::{LocalDate, OdsCode, RowId};

/// A version of a practice’s own wording of a letter.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "letter_text")]
pub struct Model {
    /// Practice the row belongs to.
    #[sea_orm(primary_key, auto_increment = false)]
    pub practice: OdsCode,
    /// UUIDv7, made by the client.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RowId,
    /// Code of the letter.
    pub kind: String,
    /// Counts up from 1.
    pub version: i32,
    /// First day.
    pub effective_on: LocalDate,
    /// The text; nothing where the own wording is taken back.
    #[sea_orm(column_type = "Text", nullable)]
    pub body: Option<String>,
    /// What it was written from: national or lmc.
    pub base_level: String,
    /// The version of that.
    pub base_version: i32,
    /// Recorded at.
    pub recorded_at: DateTime<Utc>,
    /// Person.
    pub recorded_by: Uuid,
}

impl ActiveModelBehavior for ActiveModel {}
