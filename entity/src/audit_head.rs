//! The newest event of a chain: the row a writer locks.

use sea_orm::entity::prelude::*;

use crate::ids::OrgCode;

/// The newest event of a chain: the row a writer locks.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "audit_head")]
pub struct Model {
    /// Organisation.
    #[sea_orm(primary_key, auto_increment = false)]
    pub organisation: OrgCode,
    /// Seq.
    pub seq: i64,
    /// Hash.
    #[sea_orm(column_type = "Text")]
    pub hash: String,
}

impl ActiveModelBehavior for ActiveModel {}
