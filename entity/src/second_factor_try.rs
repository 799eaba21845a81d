//! Wrong second factors of a person in a row, of whatever kind.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::ids::PersonId;

/// Wrong second factors of a person in a row, of whatever kind.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "second_factor_try")]
pub struct Model {
    /// Person.
    #[sea_orm(primary_key, auto_increment = false)]
    pub person: PersonId,
    /// How many.
    pub wrong: i32,
    /// When the last was given.
    pub last_at: DateTime<Utc>,
}

impl ActiveModelBehavior for ActiveModel {}
