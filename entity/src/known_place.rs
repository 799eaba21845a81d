//! A place that a person signed in from.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::ids::PersonId;

/// A place that a person signed in from.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "known_place")]
pub struct Model {
    /// Person.
    #[sea_orm(primary_key, auto_increment = false)]
    pub person: PersonId,
    /// Name of the place.
    #[sea_orm(primary_key, auto_increment = false, column_type = "Text")]
    pub place: String,
    /// Seen at.
    pub seen_at: DateTime<Utc>,
}

impl ActiveModelBehavior for ActiveModel {}
