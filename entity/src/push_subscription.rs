//! A browser that asks to be told of a limit: a clinician's of their own, or of anybody's of those who run the practice.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::ids::{ClinicianId, DeviceId, OdsCode, PersonId, PushSubscriptionId, SessionId};

/// A browser that asks to be told of a limit: a clinician's of their own, or of anybody's of those who run the practice.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "push_subscription")]
pub struct Model {
    /// Practice.
    #[sea_orm(primary_key, auto_increment = false)]
    pub practice: OdsCode,
    /// UUIDv7, made by the client.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: PushSubscriptionId,
    /// Whose day it is about, where a clinician asked.
    pub clinician: Option<ClinicianId>,
    /// Their device: nothing is told longer than that is enrolled.
    pub device: Option<DeviceId>,
    /// Who runs the practice, where such a person asked.
    pub person: Option<PersonId>,
    /// Their session: nothing is told once it was ended.
    pub session: Option<SessionId>,
    /// Which browser, in words.
    #[sea_orm(column_type = "Text")]
    pub name: String,
    /// Address at the browser's push service; emptied when it ends.
    #[sea_orm(column_type = "Text")]
    pub endpoint: String,
    /// The browser's public key, in base64url; emptied when it ends.
    #[sea_orm(column_type = "Text")]
    pub public_key: String,
    /// The browser's authentication secret, in base64url; emptied when it ends.
    #[sea_orm(column_type = "Text")]
    pub auth: String,
    /// The master key of which the key was made that the browser knows us by.
    #[sea_orm(column_type = "String(StringLen::N(60))")]
    pub kid: String,
    /// Created at.
    pub created_at: DateTime<Utc>,
    /// When its push service took something last.
    pub told_at: Option<DateTime<Utc>>,
    /// When it ended.
    pub ended_at: Option<DateTime<Utc>>,
    /// Why.
    #[sea_orm(column_type = "String(StringLen::N(60))")]
    pub ended_why: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}
