//! A message the practice sent: to the ICB, or about its entry in the Directory of Services.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::ids::{DivertId, LocalDate, MessageId, OdsCode};

/// A message the practice sent: to the ICB, or about its entry in the Directory of Services.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "divert_message")]
pub struct Model {
    /// Practice the row belongs to.
    #[sea_orm(primary_key, auto_increment = false)]
    pub practice: OdsCode,
    /// UUIDv7, made by the client.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: MessageId,
    /// The day it is about.
    pub day: LocalDate,
    /// The divert it is about.
    pub divert: Option<DivertId>,
    /// icb or dos.
    pub kind: String,
    /// Code of the way it was sent.
    pub how: String,
    /// When it was sent.
    pub sent_at: DateTime<Utc>,
    /// What it said.
    #[sea_orm(column_type = "Text")]
    pub body: String,
    /// Recorded at.
    pub recorded_at: DateTime<Utc>,
    /// Person.
    pub recorded_by: Uuid,
}

impl ActiveModelBehavior for ActiveModel {}
