//! What a program of the practice is told: what waits, and what became of it.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::ids::{OdsCode, WebhookId, WebhookMessageId};

/// What a program of the practice is told: what waits, and what became of it.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "webhook_message")]
pub struct Model {
    /// Practice.
    #[sea_orm(primary_key, auto_increment = false)]
    pub practice: OdsCode,
    /// The `webhook-id` of every attempt.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: WebhookMessageId,
    /// To which address.
    pub webhook: WebhookId,
    /// Of what.
    #[sea_orm(column_type = "String(StringLen::N(60))")]
    pub event: String,
    /// What is sent, byte by byte.
    #[sea_orm(column_type = "Text")]
    pub body: String,
    /// What became of it.
    #[sea_orm(column_type = "String(StringLen::N(60))")]
    pub state: String,
    /// When it was put into the queue.
    pub queued_at: DateTime<Utc>,
    /// How often it was tried to deliver it.
    pub attempts: i32,
    /// Not before then is it tried again.
    pub next_at: DateTime<Utc>,
    /// When it was tried last.
    pub tried_at: Option<DateTime<Utc>>,
    /// How long that took, in milliseconds.
    pub took_ms: Option<i32>,
    /// HTTP status that was answered; nothing where there was no answer.
    pub answered: Option<i32>,
    /// Why there was no answer.
    #[sea_orm(column_type = "String(StringLen::N(60))")]
    pub failure: Option<String>,
    /// When it was delivered, or given up.
    pub settled_at: Option<DateTime<Utc>>,
}

impl ActiveModelBehavior for ActiveModel {}
