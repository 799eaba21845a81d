//! What came of an action of a practice.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::ids::{ItemCode, LocalDate, NoticeId, OdsCode, OutcomeId, SubjectId};

/// What came of an action of a practice.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "outcome")]
pub struct Model {
    /// Practice the row belongs to.
    #[sea_orm(primary_key, auto_increment = false)]
    pub practice: OdsCode,
    /// UUIDv7, made by the client.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: OutcomeId,
    /// Item of the catalogue.
    pub item: ItemCode,
    /// The named subject, where the item takes one.
    pub subject: Option<SubjectId>,
    /// The notice it came of.
    pub notice: Option<NoticeId>,
    /// Who answered; empty where nobody did.
    #[sea_orm(column_type = "Text")]
    pub responder: String,
    /// Code of the answer.
    pub response: String,
    /// Code of how it ended.
    pub ending: String,
    /// Money.
    pub pounds_a_year: Option<i32>,
    /// When.
    pub happened_on: Option<LocalDate>,
    /// Whether it can be read in public.
    pub is_public: bool,
    /// Where: an address.
    #[sea_orm(column_type = "Text", nullable)]
    pub public_at: Option<String>,
    /// The entry that this one takes the place of.
    pub corrects: Option<OutcomeId>,
    /// Recorded at.
    pub recorded_at: DateTime<Utc>,
    /// Person.
    pub recorded_by: Uuid,
}

impl ActiveModelBehavior for ActiveModel {}
