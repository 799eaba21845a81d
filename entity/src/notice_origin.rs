//! The template that a notice came from.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::ids::{NoticeId, OdsCode, OrgCode, RowId, TemplateId};

/// The template that a notice came from.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "notice_origin")]
pub struct Model {
    /// Practice the row belongs to.
    #[sea_orm(primary_key, auto_increment = false)]
    pub practice: OdsCode,
    /// UUIDv7.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RowId,
    /// Which notice.
    pub notice: NoticeId,
    /// Whose template.
    pub lmc: OrgCode,
    /// Which template.
    pub template: TemplateId,
    /// The version that was used.
    pub version: i32,
    /// Recorded at.
    pub recorded_at: DateTime<Utc>,
}

impl ActiveModelBehavior for ActiveModel {}
