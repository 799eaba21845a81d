//! The hot sum of counted contacts, written in the transaction of the contacts themselves.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::ids::{ClinicianId, ContactId, LocalDate, OdsCode};

/// The hot sum of counted contacts, written in the transaction of the contacts themselves.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "tally")]
pub struct Model {
    /// Practice the row belongs to.
    #[sea_orm(primary_key, auto_increment = false)]
    pub practice: OdsCode,
    /// Whose.
    #[sea_orm(primary_key, auto_increment = false)]
    pub clinician: ClinicianId,
    /// London day it counts for.
    #[sea_orm(primary_key, auto_increment = false)]
    pub day: LocalDate,
    /// Source.
    #[sea_orm(primary_key, auto_increment = false, column_type = "String(StringLen::N(60))")]
    pub source: String,
    /// Stable text of the kind.
    #[sea_orm(primary_key, auto_increment = false, column_type = "String(StringLen::N(60))")]
    pub kind: String,
    /// How many; tally marks that take back make it smaller.
    pub n: i64,
    /// When the first contact that counts took place; nothing for tally marks, for none, and in rows of before m035.
    pub first_at: Option<DateTime<Utc>>,
    /// When the last one took place.
    pub last_at: Option<DateTime<Utc>>,
    /// Which that is.
    pub last_contact: Option<ContactId>,
}

impl ActiveModelBehavior for ActiveModel {}
