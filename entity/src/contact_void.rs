//! The void of one contact. May arrive before the contact it voids.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::ids::{ClinicianId, ContactId, OdsCode, VoidId};

/// The void of one contact. May arrive before the contact it voids.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "contact_void")]
pub struct Model {
    /// Practice the row belongs to.
    #[sea_orm(primary_key, auto_increment = false)]
    pub practice: OdsCode,
    /// UUIDv7.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: VoidId,
    /// Contact.
    pub contact: ContactId,
    /// Whose.
    pub clinician: ClinicianId,
    /// Why, as a code.
    pub reason: Option<String>,
    /// When the row was written.
    pub recorded_at: DateTime<Utc>,
    /// Person or device that wrote it.
    pub recorded_by: Uuid,
}

impl ActiveModelBehavior for ActiveModel {}
