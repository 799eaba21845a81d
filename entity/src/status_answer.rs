//! The practice's answer to what its LMC entered for it: confirmed or removed.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::ids::{OdsCode, RowId, StatusId, SubjectId};

/// The practice's answer to what its LMC entered for it: confirmed or removed.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "status_answer")]
pub struct Model {
    /// Practice the row belongs to.
    #[sea_orm(primary_key, auto_increment = false)]
    pub practice: OdsCode,
    /// UUIDv7.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RowId,
    /// Status.
    pub status: StatusId,
    /// Answer.
    #[sea_orm(column_type = "String(StringLen::N(60))")]
    pub answer: String,
    /// When the row was written.
    pub recorded_at: DateTime<Utc>,
    /// Person or device that wrote it.
    pub recorded_by: Uuid,
    /// The practice's own subject that a confirmed entry is about, where the LMC had typed a name.
    pub subject: Option<SubjectId>,
}

impl ActiveModelBehavior for ActiveModel {}
