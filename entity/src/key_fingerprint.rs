//! SHA-256 of a supplied key, so that a node with another key refuses to start.

use sea_orm::entity::prelude::*;

/// SHA-256 of a supplied key, so that a node with another key refuses to start.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "key_fingerprint")]
pub struct Model {
    /// Name.
    #[sea_orm(primary_key, auto_increment = false, column_type = "String(StringLen::N(60))")]
    pub name: String,
    /// Fingerprint.
    #[sea_orm(column_type = "Text")]
    pub fingerprint: String,
}

impl ActiveModelBehavior for ActiveModel {}
