//! Transferred work over JSON.

use axum::{extract::State, response::Response};
use axum_extra::extract::Query;
use chrono::{DateTime, Utc};
use entity::ids::{LocalDate, SubjectId, TransferId};
use serde::{Deserialize, Serialize};
use utoipa::{OpenApi, ToSchema};

use super::read;
use crate::{
    domain::{
        access::{Permit, PracticeScope, SeeTransfers},
        transfer::{Minutes, ProviderRef, Transfer, TransferOutcome, book::TransferBook},
    },
    error::AppError,
    operations::log_transfer::LogTransfer,
    state::AppState,
    store::transfers,
    web::{
        doors, forms,
        lists::{ListAsked, Order, Pages},
        problem::Problem,
    },
};

/// The paths and bodies of transferred work, for the document of the whole API.
#[derive(Debug, OpenApi)]
#[openapi(paths(list))]
pub struct Documentation;

/// What providers passed on to a practice.
#[derive(Debug, Serialize, ToSchema)]
pub struct TransfersOut {
    /// ODS code.
    #[schema(example = "Z90001")]
    pub practice: String,
    /// The first day.
    #[schema(value_type = String, format = Date, example = "2026-11-01")]
    pub from: LocalDate,
    /// The last day.
    #[schema(value_type = String, format = Date, example = "2026-11-30")]
    pub to: LocalDate,
    /// Items that stand, the newest first.
    pub items: Vec<TransferOut>,
    /// What to send as `after` for the next page; null where there is none.
    pub next: Option<String>,
}

/// Columns of the sheet.
const COLUMNS: [&str; 22] = [
    "id",
    "corrects",
    "first",
    "provider.key",
    "provider.name",
    "department",
    "pathway",
    "category",
    "reason",
    "route",
    "asked",
    "outcome",
    "minutes.gp",
    "minutes.other_clinician",
    "minutes.nurse",
    "minutes.admin",
    "reference",
    "came_on",
    "duty.code",
    "duty.text",
    "duty.source",
    "recorded_at",
];

/// One item.
#[derive(Debug, Serialize, ToSchema)]
pub struct TransferOut {
    /// Which.
    pub id: TransferId,
    /// The entry that it took the place of.
    pub corrects: Option<TransferId>,
    /// The first entry of those that correct each other: letters are about that.
    pub first: TransferId,
    /// Who passed it on.
    pub provider: ProviderRef,
    /// Code of the department.
    #[schema(example = "320")]
    pub department: Option<String>,
    /// The pathway of the register that it was said to be about.
    pub pathway: Option<SubjectId>,
    /// Code of the category.
    #[schema(example = "clinic-letter")]
    pub category: String,
    /// What exactly.
    #[schema(example = "late")]
    pub reason: Option<String>,
    /// Code of how it came.
    #[schema(example = "letter")]
    pub route: String,
    /// What was asked.
    #[schema(example = "Letter of the September clinic")]
    pub asked: Option<String>,
    /// What the practice did.
    pub outcome: TransferOutcome,
    /// What it took.
    pub minutes: Minutes,
    /// The practice's own reference.
    #[schema(example = "T-0412")]
    pub reference: Option<String>,
    /// The day it came.
    #[schema(value_type = String, format = Date, example = "2026-11-18")]
    pub came_on: LocalDate,
    /// The duty that the category proposes on that day, with its source.
    pub duty: Option<DutyOut>,
    /// When it was recorded.
    #[schema(value_type = String, format = DateTime, example = "2026-11-18T10:12:03Z")]
    pub recorded_at: DateTime<Utc>,
}

/// What a provider has to do, and where that stands.
#[derive(Debug, Serialize, ToSchema)]
pub struct DutyOut {
    /// Code of the duty.
    #[schema(example = "clinic-letter-7d")]
    pub code: String,
    /// In plain words.
    pub text: String,
    /// Where it stands on that day, and how surely the number is known.
    #[schema(example = "NHS Standard Contract 2026/27 (SC11.7; number not checked for 2026/27)")]
    pub source: String,
}

impl TransferOut {
    fn new(book: &TransferBook, item: Transfer) -> Self {
        let (says, recorded_at) = (item.says, item.recorded_at);
        let duty = says.duty.as_deref().and_then(|code| book.duty(code));
        let duty = duty.map(|duty| DutyOut {
            code: duty.code.clone(),
            text: duty.text.clone(),
            source: book.cite(duty, says.came_on).source(),
        });
        let first = says.lasting();
        Self {
            first,
            id: says.id,
            corrects: says.corrects,
            provider: says.provider,
            department: says.department,
            pathway: says.pathway,
            category: says.category,
            reason: says.reason,
            route: says.route,
            asked: says.asked.map(|text| text.to_string()),
            outcome: says.outcome,
            minutes: says.minutes,
            reference: says.reference.map(|text| text.to_string()),
            came_on: says.came_on,
            duty,
            recorded_at,
        }
    }
}

impl doors::Answer<LogTransfer> for TransferOut {
    async fn read(app: &AppState, scope: &PracticeScope, done: &TransferId) -> Result<Self, AppError> {
        let item = read::one(app, scope, *done).await?.ok_or(AppError::NotFound)?;
        Ok(Self::new(&app.transfer_book(scope).await?, item))
    }
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
#[derive(Default)]
pub(super) struct Between {
    /// The first day; 31 days before the last where it is left out.
    from: String,
    /// The last day; today where it is left out.
    to: String,
}

/// What providers passed on, from one day to another
#[utoipa::path(
    get, path = "/api/v1/practices/{ods}/transfers", tag = "transfers",
    params(("ods" = String, Path, example = "Z90001"), Between, ListAsked),
    responses(
        (status = 200, content((TransfersOut = "application/json"), (String = "text/csv"))),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn list(
    permit: Permit<SeeTransfers>,
    State(app): State<AppState>,
    Query(between): Query<Between>,
    pages: Pages,
) -> Result<Response, AppError> {
    let day = |text: &str, field| forms::optional_day(text, field).map_err(|error| AppError::Invalid(vec![error]));
    let to = day(&between.to, "to")?.unwrap_or_else(|| app.clock.today());
    let from = day(&between.from, "from")?.unwrap_or_else(|| to.minus_days(31));
    if from > to || to.days_since(from) > 366 {
        return Err(AppError::field("from", "Ask for at most a year, from an earlier day to a later one"));
    }
    let book = app.transfer_book(permit.scope()).await?;
    let after = pages.after().and_then(|key| {
        let (day, id) = key.split_once(' ')?;
        Some((day.parse::<LocalDate>().ok()?, id.parse::<TransferId>().ok()?))
    });
    // One more than the page tells whether there is another.
    let most = pages.most().map(|most| u64::try_from(most).unwrap_or(u64::MAX).saturating_add(1));
    let items = transfers::page(app.db.read(permit.scope()), (from, to), after, most).await?;
    let page = pages.cut(items, Order::Down, |item| format!("{} {}", item.says.came_on, item.says.id))?;
    let page = page.map(|item| TransferOut::new(&book, item));
    let practice = permit.scope().practice().to_string();
    let body = TransfersOut { practice, from, to, items: page.items, next: page.next };
    pages.answer(&body, body.next.as_deref(), ("transferred-work", &COLUMNS, &body.items))
}
