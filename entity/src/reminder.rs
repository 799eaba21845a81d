//! What a person was reminded of on a day, and what became of the mail.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::ids::{LocalDate, PersonId};

/// What a person was reminded of on a day, and what became of the mail. One a person and day; kept for thirteen weeks.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "reminder")]
pub struct Model {
    /// UUIDv7. Links in the mail are made from it.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Whom.
    pub person: PersonId,
    /// The London day it is about.
    pub day: LocalDate,
    /// What it says, without links.
    #[sea_orm(column_type = "Text")]
    pub body: String,
    /// What became of it.
    #[sea_orm(column_type = "String(StringLen::N(60))")]
    pub state: String,
    /// When it was put into the queue.
    pub queued_at: DateTime<Utc>,
    /// How often it was tried to send it.
    pub attempts: i32,
    /// Not before then is it tried again.
    pub next_at: DateTime<Utc>,
    /// When it was sent, or given up.
    pub settled_at: Option<DateTime<Utc>>,
}

impl ActiveModelBehavior for ActiveModel {}
