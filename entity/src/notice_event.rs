//! What happened after a notice was served.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::ids::{LocalDate, NoticeId, OdsCode, RowId};

/// What happened after a notice was served.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "notice_event")]
pub struct Model {
    /// Practice the row belongs to.
    #[sea_orm(primary_key, auto_increment = false)]
    pub practice: OdsCode,
    /// UUIDv7, made by the client.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RowId,
    /// Which notice.
    pub notice: NoticeId,
    /// Code of what happened.
    pub event: String,
    /// When.
    pub happened_on: LocalDate,
    /// A short note; empty for none.
    #[sea_orm(column_type = "Text")]
    pub note: String,
    /// Recorded at.
    pub recorded_at: DateTime<Utc>,
    /// Person.
    pub recorded_by: Uuid,
}

impl ActiveModelBehavior for ActiveModel {}
