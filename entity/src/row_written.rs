//! Rows that the open transaction wrote and whose digests go into its audit event. Empty between transactions.

use sea_orm::entity::prelude::*;

/// A row that the open transaction wrote and whose digest goes into its audit event. Empty between transactions, but for
/// rows of before there were digests, which wait for theirs.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "row_written")]
pub struct Model {
    /// Which transaction, or `before`.
    #[sea_orm(primary_key, auto_increment = false, column_type = "Text")]
    pub xact: String,
    /// Table.
    #[sea_orm(primary_key, auto_increment = false, column_type = "Text")]
    pub tbl: String,
    /// First part of its key: practice, LMC; empty where its key has one part.
    #[sea_orm(primary_key, auto_increment = false, column_type = "Text")]
    pub owner: String,
    /// Its id; all zeros where it is known by a number or a name.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Its number or name; empty where it has an id.
    #[sea_orm(primary_key, auto_increment = false, column_type = "Text")]
    pub name: String,
    /// Whose audit chain tells of it.
    #[sea_orm(column_type = "Text")]
    pub chain: String,
}

impl ActiveModelBehavior for ActiveModel {}
