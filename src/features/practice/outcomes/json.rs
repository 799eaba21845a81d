//! Outcomes over JSON.

use axum::{extract::State, response::Response};
use axum_extra::extract::Query;
use chrono::{DateTime, Utc};
use entity::ids::{LocalDate, OutcomeId};
use serde::Serialize;
use utoipa::{OpenApi, ToSchema};
use uuid::Uuid;

use super::{read::known, view::Known};
use crate::{
    domain::{
        access::{Permit, PracticeScope, SeeRegister},
        outcome::Outcome,
    },
    error::AppError,
    operations::record_outcome::RecordOutcome,
    state::AppState,
    web::{
        doors,
        forms::{self, OnQuery},
        lists::{self, ListAsked, Order, Pages},
        problem::Problem,
    },
};

/// The paths and bodies of outcomes, for the document of the whole API.
#[derive(Debug, OpenApi)]
#[openapi(paths(list))]
pub struct Documentation;

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
    pub items: Vec<OutcomeOut>,
    /// What to send as `after` for the next page; null where there is none.
    pub next: Option<String>,
}

/// Columns of the sheet.
const COLUMNS: [&str; 14] = [
    "id",
    "item",
    "subject",
    "name",
    "notice",
    "responder",
    "response",
    "outcome",
    "pounds_a_year",
    "on",
    "public",
    "public_at",
    "corrects",
    "recorded_at",
];

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
    fn new(known: &Known, outcome: &Outcome) -> Self {
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

/// A practice's outcomes, as they stand or stood
#[utoipa::path(get, path = "/api/v1/practices/{ods}/outcomes", tag = "outcomes",
    params(
        ("ods" = String, Path, example = "Z90001"),
        ("on" = Option<String>, Query, description = "As of the end of this day; today where it is left out", example = "2026-11-20"),
        ListAsked,
    ),
    responses(
        (status = 200, description = "Entries that stand", content((OutcomesOut = "application/json"), (String = "text/csv"))),
        (status = 401, description = "Sign in first", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No such practice, or not yours", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "The day, a limit or a cursor that cannot be taken", body = Problem, content_type = "application/problem+json"),
    ))]
pub(super) async fn list(
    permit: Permit<SeeRegister>,
    State(app): State<AppState>,
    Query(query): Query<OnQuery>,
    pages: Pages,
) -> Result<Response, AppError> {
    let known = known(&app, permit.scope()).await?;
    let on = forms::as_of(&query.on, known.today)?;
    let key = |one: &&Outcome| format!("{} {}", lists::instant(one.recorded_at), one.id);
    let page = pages.cut(known.standing(on), Order::Down, key)?.map(|one| OutcomeOut::new(&known, one));
    let practice = permit.scope().practice().to_string();
    let body = OutcomesOut { practice, on, items: page.items, next: page.next };
    pages.answer(&body, body.next.as_deref(), ("outcomes", &COLUMNS, &body.items))
}

impl doors::Answer<RecordOutcome> for OutcomeOut {
    async fn read(app: &AppState, scope: &PracticeScope, id: &OutcomeId) -> Result<Self, AppError> {
        let known = known(app, scope).await?;
        let outcome = known.outcome(*id).ok_or(AppError::NotFound)?;
        Ok(Self::new(&known, outcome))
    }
}
