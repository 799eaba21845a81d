//! A named service, agreement, pathway, product or programme of one practice.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::ids::{ItemCode, OdsCode, SubjectId};

/// A named service, agreement, pathway, product or programme of one practice.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "subject")]
pub struct Model {
    /// Practice the row belongs to.
    #[sea_orm(primary_key, auto_increment = false)]
    pub practice: OdsCode,
    /// UUIDv7.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SubjectId,
    /// Item.
    pub item: ItemCode,
    /// Name.
    #[sea_orm(column_type = "Text")]
    pub name: String,
    /// Name key.
    #[sea_orm(column_type = "Text")]
    pub name_key: String,
    /// When the row was written.
    pub recorded_at: DateTime<Utc>,
    /// Who typed it, where the practice did not: its LMC, by telephone.
    #[sea_orm(column_type = "String(StringLen::N(60))", nullable)]
    pub entered_by: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}
