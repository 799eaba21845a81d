//! A duty that an area agreed, or the number of a national one as it stands there.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::ids::{LocalDate, OrgCode, RowId};

/// A duty that an area agreed, or the number of a national one as it stands there.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "local_duty")]
pub struct Model {
    /// LMC the row belongs to.
    #[sea_orm(primary_key, auto_increment = false)]
    pub lmc: OrgCode,
    /// UUIDv7, made by the client.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RowId,
    /// Code of the category for which it is proposed.
    pub category: Option<String>,
    /// Code of the national duty whose number this is.
    pub duty: Option<String>,
    /// Where it stands.
    #[sea_orm(column_type = "Text")]
    pub instrument: String,
    /// Its number; empty where it has none.
    #[sea_orm(column_type = "Text")]
    pub clause: String,
    /// The duty; empty where only a number is said.
    #[sea_orm(column_type = "Text")]
    pub text: String,
    /// Where it can be read.
    #[sea_orm(column_type = "Text")]
    pub source: String,
    /// First day.
    pub valid_from: LocalDate,
    /// Last day.
    pub valid_to: Option<LocalDate>,
    /// The row that counts no longer.
    pub takes_back: Option<RowId>,
    /// Recorded at.
    pub recorded_at: DateTime<Utc>,
    /// Person.
    pub recorded_by: Uuid,
}

impl ActiveModelBehavior for ActiveModel {}
