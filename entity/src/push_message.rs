//! What a browser is told: what waits, and what became of it. Of whom it tells stands nowhere.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::ids::{LocalDate, OdsCode, PushMessageId, PushSubscriptionId};

/// What a browser is told: what waits, and what became of it. Of whom it tells stands nowhere.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "push_message")]
pub struct Model {
    /// Practice.
    #[sea_orm(primary_key, auto_increment = false)]
    pub practice: OdsCode,
    /// Made of what it tells, so that nothing is told twice.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: PushMessageId,
    /// To which browser.
    pub subscription: PushSubscriptionId,
    /// Of what.
    #[sea_orm(column_type = "String(StringLen::N(60))")]
    pub kind: String,
    /// Of which day.
    pub day: LocalDate,
    /// What became of it.
    #[sea_orm(column_type = "String(StringLen::N(60))")]
    pub state: String,
    /// When it was put into the queue.
    pub queued_at: DateTime<Utc>,
    /// How often it was tried to deliver it.
    pub attempts: i32,
    /// Not before then is it tried again.
    pub next_at: DateTime<Utc>,
    /// HTTP status that was answered; nothing where there was no answer.
    pub answered: Option<i32>,
    /// When it was delivered, or dropped.
    pub settled_at: Option<DateTime<Utc>>,
}

impl ActiveModelBehavior for ActiveModel {}
