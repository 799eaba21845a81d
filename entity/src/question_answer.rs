//! What a practice answered to a question of its LMC; the newest row holds.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::ids::{OdsCode, OrgCode, QuestionId, RowId};

/// What a practice answered to a question of its LMC; the newest row holds.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "question_answer")]
pub struct Model {
    /// Practice the row belongs to.
    #[sea_orm(primary_key, auto_increment = false)]
    pub practice: OdsCode,
    /// UUIDv7, made by the client.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RowId,
    /// Whose question.
    pub lmc: OrgCode,
    /// Which question.
    pub question: QuestionId,
    /// What was answered; nothing where it was skipped.
    #[sea_orm(column_type = "Text", nullable)]
    pub answer: Option<String>,
    /// Recorded at.
    pub recorded_at: DateTime<Utc>,
    /// Person.
    pub recorded_by: Uuid,
}

impl ActiveModelBehavior for ActiveModel {}
