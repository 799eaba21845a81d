//! A row of a file that was not taken, by its line; nothing of what it says.

use sea_orm::entity::prelude::*;

use crate::ids::{OdsCode, RowId};

/// A row of a file that was not taken, by its line; nothing of what it says.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "slot_refusal")]
pub struct Model {
    /// Practice the row belongs to.
    #[sea_orm(primary_key, auto_increment = false)]
    pub practice: OdsCode,
    /// The import.
    #[sea_orm(primary_key, auto_increment = false)]
    pub import: RowId,
    /// Line of the file, from 1.
    #[sea_orm(primary_key, auto_increment = false)]
    pub line: i64,
    /// Why, as a code.
    #[sea_orm(column_type = "String(StringLen::N(60))")]
    pub reason: String,
}

impl ActiveModelBehavior for ActiveModel {}
