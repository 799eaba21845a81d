//! Somebody is to manage a practice here: asked for by the practice, or proposed by its LMC.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::ids::{OdsCode, OrgCode, PersonId};

/// Somebody is to manage a practice here: asked for by the practice, or proposed by its LMC.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "joining")]
pub struct Model {
    /// UUIDv7. Of the mail to the practice too.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Practice the row belongs to.
    pub practice: OdsCode,
    /// The LMC that represented it when it was asked.
    pub lmc: Option<OrgCode>,
    /// Who is to manage it, as typed.
    #[sea_orm(column_type = "Text")]
    pub name: String,
    /// Their own address, as typed.
    #[sea_orm(column_type = "Text")]
    pub email: String,
    /// When.
    pub asked_at: DateTime<Utc>,
    /// The officer who proposed it; nobody where the practice asked.
    pub proposed_by: Option<PersonId>,
    /// Whether those who manage the practice decide, and not its LMC.
    pub for_managers: bool,
    /// An address that the LMC holds for the practice: where the link went.
    #[sea_orm(column_type = "Text")]
    pub held_address: Option<String>,
    /// When it was sent there.
    pub sent_at: Option<DateTime<Utc>>,
    /// Hash of the secret in the link.
    #[sea_orm(column_type = "Text", unique)]
    pub secret_hash: Option<String>,
    /// When the LMC declined, or took the link back.
    pub withdrawn_at: Option<DateTime<Utc>>,
    /// When it came to an end.
    pub settled_at: Option<DateTime<Utc>>,
    /// Which.
    #[sea_orm(column_type = "String(StringLen::N(60))")]
    pub outcome: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}
