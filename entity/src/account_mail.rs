//! A mail about somebody's account. What it says is written when it is sent.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::ids::PersonId;

/// A mail about somebody's account. What it says is written when it is sent.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "account_mail")]
pub struct Model {
    /// UUIDv7. Of the link in it too, where it has one.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// To whom; nobody where somebody asked with an address that nobody has.
    pub person: Option<PersonId>,
    /// What about.
    #[sea_orm(column_type = "String(StringLen::N(60))")]
    pub about: String,
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
