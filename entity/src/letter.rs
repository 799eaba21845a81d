//! A letter the practice recorded as sent, word for word.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::ids::{LocalDate, OdsCode, OrgCode, RowId};

/// A letter the practice recorded as sent, word for word.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "letter")]
pub struct Model {
    /// Practice the row belongs to.
    #[sea_orm(primary_key, auto_increment = false)]
    pub practice: OdsCode,
    /// UUIDv7, made by the client.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RowId,
    /// Code of the letter.
    pub kind: String,
    /// Whose wording it was made from: national, lmc or practice.
    pub level: String,
    /// The LMC whose wording it was.
    pub lmc: Option<OrgCode>,
    /// Version of that wording.
    pub version: i32,
    /// The notice it is about.
    pub notice: Option<RowId>,
    /// The practice’s name on it.
    #[sea_orm(column_type = "Text")]
    pub practice_name: String,
    /// The day written on it.
    pub dated_on: LocalDate,
    /// Whom it went to: an organisation or a group, never a patient.
    #[sea_orm(column_type = "Text")]
    pub recipient: String,
    /// First line; empty in a text message.
    #[sea_orm(column_type = "Text")]
    pub subject: String,
    /// The paragraphs.
    #[sea_orm(column_type = "Text")]
    pub body: String,
    /// When it went out.
    pub sent_on: LocalDate,
    /// Code of the way.
    pub how: String,
    /// When a reply is due.
    pub reply_due_on: Option<LocalDate>,
    /// Recorded at.
    pub recorded_at: DateTime<Utc>,
    /// Person.
    pub recorded_by: Uuid,
}

impl ActiveModelBehavior for ActiveModel {}
