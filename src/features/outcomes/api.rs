//! JSON shapes of outcomes.

use chrono::{DateTime, Utc};
use entity::ids::LocalDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{Known, record::Draft};
use crate::domain::outcome::Outcome;

/// What came of an action.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OutcomeIn {
    /// Made by the client, a UUID of version 7: sending the same outcome twice records it once.
    #[schema(example = "0199f3a2-7c11-7d20-8c1f-2f6f0a6a9d31")]
    pub id: Option<Uuid>,
    /// Code of the item.
    #[schema(example = "voluntary-services")]
    pub item: String,
    /// Id of the named subject, where the item has them.
    #[schema(example = "0199f3a2-7c11-7d20-8c1f-2f6f0a6a9d11")]
    pub subject: Option<Uuid>,
    /// The notice it came of.
    #[schema(example = "0199f3a2-7c11-7d20-8c1f-2f6f0a6a9d21")]
    pub notice: Option<Uuid>,
    /// Who responded; left out where nobody did.
    #[serde(default)]
    #[schema(example = "NHS Example ICB")]
    pub responder: String,
    /// no-response, acknowledged, asked-for-more, challenged, offered-to-re-fund, agreed, agreed-in-part or refused.
    #[schema(example = "offered-to-re-fund")]
    pub response: String,
    /// still-open, ceased, re-funded, agreed, changed or withdrawn; a correction may also say entered-in-error.
    #[schema(example = "re-funded")]
    pub outcome: String,
    /// Money.
    #[schema(example = 4200)]
    pub pounds_a_year: Option<u32>,
    /// When, today or earlier.
    #[schema(example = "2026-11-18", format = Date)]
    pub on: Option<String>,
    /// Whether it can be read in public.
    #[serde(default)]
    #[schema(example = true)]
    pub public: bool,
    /// Where, by https.
    #[schema(example = "https://www.example.org/board-papers")]
    pub public_at: Option<String>,
    /// The entry that this one takes the place of.
    #[schema(example = json!(null))]
    pub corrects: Option<Uuid>,
}

impl OutcomeIn {
    pub(super) fn draft(self) -> Draft {
        let id = |id: Option<Uuid>| id.map(|id| id.to_string()).unwrap_or_default();
        Draft {
            id: self.id.unwrap_or_else(Uuid::now_v7).to_string(),
            item: self.item,
            subject: id(self.subject),
            notice: id(self.notice),
            corrects: id(self.corrects),
            responder: self.responder,
            response: self.response,
            outcome: self.outcome,
            pounds_a_year: self
                .pounds_a_year
                .map(|n| n.to_string())
                .unwrap_or_default(),
            on: self.on.unwrap_or_default(),
            public: self.public,
            public_at: self.public_at.unwrap_or_default(),
        }
    }
}

/// A practice's outcomes.
#[derive(Debug, Serialize, ToSchema)]
pub struct OutcomesOut {
    /// ODS code.
    #[schema(example = "Z90001")]
    pub practice: String,
    /// The day as of whose end they stand.
    #[schema(value_type = String, format = Date, example = "2026-11-20")]
    pub on: LocalDate,
    /// Entries that stand, the newest first.
    pub outcomes: Vec<OutcomeOut>,
}

/// One entry.
#[derive(Debug, Serialize, ToSchema)]
pub struct OutcomeOut {
    /// Which.
    #[schema(example = "0199f3a2-7c11-7d20-8c1f-2f6f0a6a9d31")]
    pub id: Uuid,
    /// Code of the item.
    #[schema(example = "voluntary-services")]
    pub item: String,
    /// Id of the named subject.
    #[schema(example = "0199f3a2-7c11-7d20-8c1f-2f6f0a6a9d11")]
    pub subject: Option<Uuid>,
    /// What it is about, as a person reads it.
    #[schema(example = "Voluntary services: Ring pessaries")]
    pub name: String,
    /// The notice it came of.
    #[schema(example = "0199f3a2-7c11-7d20-8c1f-2f6f0a6a9d21")]
    pub notice: Option<Uuid>,
    /// Who responded; empty where nobody did.
    #[schema(example = "NHS Example ICB")]
    pub responder: String,
    /// What they said.
    #[schema(example = "offered-to-re-fund")]
    pub response: &'static str,
    /// How it ended.
    #[schema(example = "re-funded")]
    pub outcome: &'static str,
    /// Money.
    #[schema(example = 4200)]
    pub pounds_a_year: Option<u32>,
    /// When.
    #[schema(value_type = Option<String>, format = Date, example = "2026-11-18")]
    pub on: Option<LocalDate>,
    /// Whether it can be read in public.
    #[schema(example = true)]
    pub public: bool,
    /// Where.
    #[schema(example = "https://www.example.org/board-papers")]
    pub public_at: Option<String>,
    /// The entry whose place it took.
    #[schema(example = json!(null))]
    pub corrects: Option<Uuid>,
    /// When it was recorded.
    #[schema(value_type = String, format = DateTime, example = "2026-11-20T12:00:00Z")]
    pub recorded_at: DateTime<Utc>,
}

impl OutcomeOut {
    pub(super) fn new(known: &Known, outcome: &Outcome) -> Self {
        Self {
            id: outcome.id.0,
            item: outcome.item.to_string(),
            subject: outcome.subject.map(|id| id.0),
            name: known.name(&outcome.item, outcome.subject),
            notice: outcome.notice.map(|id| id.0),
            responder: outcome.responder.clone(),
            response: outcome.response.as_str(),
            outcome: outcome.ending.as_str(),
            pounds_a_year: outcome.pounds_a_year,
            on: outcome.on,
            public: outcome.is_public,
            public_at: outcome.public_at.clone(),
            corrects: outcome.corrects.map(|id| id.0),
            recorded_at: outcome.recorded_at,
        }
    }
}
