//! A place of the practice's directory; the newest row of a place holds.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::ids::{OdsCode, RowId};

/// A place of the practice's directory; the newest row of a place holds.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "divert_place")]
pub struct Model {
    /// Practice the row belongs to.
    #[sea_orm(primary_key, auto_increment = false)]
    pub practice: OdsCode,
    /// UUIDv7, made by the client.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RowId,
    /// The place, whatever its rows.
    pub place: String,
    /// Code of the kind of destination.
    pub kind: String,
    /// As reception knows it.
    #[sea_orm(column_type = "Text")]
    pub name: String,
    /// Opening hours, in words.
    #[sea_orm(column_type = "Text")]
    pub hours: String,
    /// Telephone, or empty.
    #[sea_orm(column_type = "Text")]
    pub phone: String,
    /// Place in the order of the list.
    pub position: i32,
    /// Whether it is shown.
    pub listed: bool,
    /// Recorded at.
    pub recorded_at: DateTime<Utc>,
    /// Person.
    pub recorded_by: Uuid,
}

impl ActiveModelBehavior for ActiveModel {}
