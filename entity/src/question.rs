//! A question that an LMC puts to a week’s return.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::ids::{LocalDate, OrgCode, QuestionId};

/// A question that an LMC puts to a week’s return.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "question")]
pub struct Model {
    /// LMC the row belongs to.
    #[sea_orm(primary_key, auto_increment = false)]
    pub lmc: OrgCode,
    /// UUIDv7, made by the client.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: QuestionId,
    /// The Friday of the week.
    pub week_ending: LocalDate,
    /// Its place among the questions of the week, from 1.
    pub place: i32,
    /// First day on which it can be answered.
    pub opens_on: LocalDate,
    /// Last day on which it can be answered.
    pub closes_on: LocalDate,
    /// choice, number, yes-no or text.
    pub kind: String,
    /// What is asked.
    #[sea_orm(column_type = "Text")]
    pub wording: String,
    /// What can be chosen, one a line; empty for the other kinds.
    #[sea_orm(column_type = "Text")]
    pub options: String,
    /// Recorded at.
    pub recorded_at: DateTime<Utc>,
    /// Person.
    pub recorded_by: Uuid,
}

impl ActiveModelBehavior for ActiveModel {}
