//! A notice that a practice served on a service.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::ids::{ItemCode, LocalDate, NoticeId, OdsCode, StatusId, SubjectId};

/// A notice that a practice served on a service.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "notice")]
pub struct Model {
    /// Practice the row belongs to.
    #[sea_orm(primary_key, auto_increment = false)]
    pub practice: OdsCode,
    /// UUIDv7, made by the client.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: NoticeId,
    /// Item of the catalogue.
    pub item: ItemCode,
    /// The service.
    pub subject: SubjectId,
    /// The row of the register that was written with it.
    pub status: StatusId,
    /// Day of service.
    pub served_on: LocalDate,
    /// How long it runs.
    pub period_n: i32,
    /// In what that is counted.
    pub period_unit: String,
    /// Last day of the service, as computed when the notice was recorded.
    pub ends_on: LocalDate,
    /// To whom.
    #[sea_orm(column_type = "Text")]
    pub commissioner: String,
    /// signed, unsigned or none.
    pub contract: String,
    /// Whether the service is paid for; nothing where that is not known.
    pub funded: Option<bool>,
    /// Patients affected, an estimate.
    pub patients: Option<i32>,
    /// When a reply is due.
    pub reply_due_on: Option<LocalDate>,
    /// Recorded at.
    pub recorded_at: DateTime<Utc>,
    /// Person.
    pub recorded_by: Uuid,
}

impl ActiveModelBehavior for ActiveModel {}
