//! Diverts in the API: the state, starting, ending, and where patients were sent.

use axum::{Json as Answer, extract::State, http::StatusCode};
use chrono::{DateTime, Utc};
use entity::ids::{DivertId, LocalDate, RowId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{book, page, record, today};
use crate::{
    domain::{
        access::{By, CountDiverts, Permit, PracticeScope, RunDivert, SeeDesk},
        divert::Destination,
    },
    error::AppError,
    operations::{count_divert::CountDivert, end_divert::EndDivert},
    state::AppState,
    web::{
        forms::Json,
        problem::Problem,
        written::{id, status},
    },
};

/// Where a practice stands.
#[derive(Debug, Serialize, ToSchema)]
pub struct DivertOut {
    /// Whether it diverts now.
    #[schema(example = true)]
    pub diverting: bool,
    /// The divert that is going on.
    #[schema(example = "019a9f6e-7c00-7000-8000-000000000001")]
    pub divert: Option<Uuid>,
    /// When it started.
    #[schema(example = "2026-11-20T14:10:00Z")]
    pub since: Option<DateTime<Utc>>,
    /// Whether the practice's own rule suggests one now. It never starts by itself.
    #[schema(example = false)]
    pub suggested: bool,
    /// Version of the text about what stays obligatory, as it holds today.
    #[schema(example = "2026-04")]
    pub guard_rail: String,
    /// What stays obligatory, one duty each.
    #[schema(example = json!(["Urgent need is still assessed the same day."]))]
    pub duties: Vec<String>,
}

async fn read(app: &AppState, scope: &PracticeScope) -> Result<DivertOut, AppError> {
    let today = today::read(app, scope).await?;
    let rail = book::guard_rail(today.on)?;
    Ok(DivertOut {
        suggested: today.suggested().is_some(),
        diverting: today.divert.is_some(),
        since: today.divert.as_ref().map(|going| going.started_at),
        divert: today.divert.map(|going| going.id.0),
        guard_rail: rail.version.clone(),
        duties: rail.duties.iter().map(|duty| duty.text.clone()).collect(),
    })
}

/// Whether the practice diverts, and what stays obligatory.
#[utoipa::path(get, path = "/api/v1/practices/{ods}/divert", tag = "divert",
    params(("ods" = String, Path, example = "Z90001")),
    responses((status = 200, description = "Now", body = DivertOut)))]
pub(super) async fn state(permit: Permit<SeeDesk>, State(app): State<AppState>) -> Result<Answer<DivertOut>, AppError> {
    Ok(Answer(read(&app, permit.scope()).await?))
}

/// A start.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StartIn {
    /// Made by the client, once per divert.
    #[schema(example = "019a9f6e-7c00-7000-8000-000000000001")]
    pub id: Uuid,
    /// Version of the text about what stays obligatory that the person was shown.
    #[schema(example = "2026-04")]
    pub guard_rail: String,
}

/// Start diverting. One divert at a time.
#[utoipa::path(post, path = "/api/v1/practices/{ods}/divert", tag = "divert",
    params(("ods" = String, Path, example = "Z90001")),
    request_body = StartIn,
    responses(
        (status = 201, description = "Started", body = DivertOut),
        (status = 200, description = "Started before with this id; the state as it stands", body = DivertOut),
        (status = 409, description = "Another divert is going on", body = Problem),
        (status = 422, description = "A field cannot be taken", body = Problem),
    ))]
pub(super) async fn start(
    permit: Permit<RunDivert>,
    State(app): State<AppState>,
    Json(body): Json<StartIn>,
) -> Result<(StatusCode, Answer<DivertOut>), AppError> {
    let known = book::book()?.guard_rails.iter();
    if !known.clone().any(|rail| rail.version == body.guard_rail) {
        return Err(AppError::field("guard_rail", "Send the version that the person was shown"));
    }
    let written = page::begin(&app, &permit, DivertId(id(body.id)?), &body.guard_rail).await?;
    let now = read(&app, permit.scope()).await?;
    Ok((status(written), Answer(now)))
}

/// An end.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EndIn {
    /// Made by the client, once per end.
    #[schema(example = "019a9f6e-7c00-7000-8000-000000000002")]
    pub id: Uuid,
    /// The divert to end.
    #[schema(example = "019a9f6e-7c00-7000-8000-000000000001")]
    pub divert: Uuid,
}

/// End a divert.
#[utoipa::path(post, path = "/api/v1/practices/{ods}/divert/end", tag = "divert",
    params(("ods" = String, Path, example = "Z90001")),
    request_body = EndIn,
    responses(
        (status = 201, description = "Ended", body = DivertOut),
        (status = 200, description = "Ended before; the state as it stands", body = DivertOut),
        (status = 404, description = "No such divert", body = Problem),
        (status = 409, description = "The id ended another divert", body = Problem),
    ))]
pub(super) async fn end(
    permit: Permit<RunDivert>,
    State(app): State<AppState>,
    Json(body): Json<EndIn>,
) -> Result<(StatusCode, Answer<DivertOut>), AppError> {
    let ended = EndDivert { id: RowId(id(body.id)?), divert: DivertId(id(body.divert)?) };
    let written = ended.perform(&app, &By::from(&permit)).await?;
    let now = read(&app, permit.scope()).await?;
    Ok((status(written), Answer(now)))
}

/// Where patients were sent on a day.
#[derive(Debug, Serialize, ToSchema)]
pub struct CountsOut {
    /// The London day.
    #[schema(value_type = String, format = Date, example = "2026-11-20")]
    pub day: LocalDate,
    /// Patients, over all destinations.
    #[schema(example = 7)]
    pub sent: u32,
    /// Each destination that somebody was sent to.
    pub destinations: Vec<CountOut>,
}

/// Patients sent to one kind of destination.
#[derive(Debug, Serialize, ToSchema)]
pub struct CountOut {
    /// `booked`, `pharmacy`, `utc`, `hub`, `111`, `out-of-hours`, `waiting-list` or `emergency-department`.
    #[schema(example = "pharmacy")]
    pub kind: String,
    /// Patients.
    #[schema(example = 4)]
    pub n: u32,
}

async fn read_counts(app: &AppState, scope: &PracticeScope) -> Result<CountsOut, AppError> {
    let day = app.clock.today();
    let counts: Vec<(Destination, u32)> = record::counts(app, scope, day).await?;
    Ok(CountsOut {
        day,
        sent: counts.iter().map(|(_, n)| n).sum(),
        destinations: counts
            .into_iter()
            .map(|(destination, n)| CountOut { kind: destination.code().to_owned(), n })
            .collect(),
    })
}

/// Where patients were sent today.
#[utoipa::path(get, path = "/api/v1/practices/{ods}/divert/counts", tag = "divert",
    params(("ods" = String, Path, example = "Z90001")),
    responses((status = 200, description = "Today", body = CountsOut)))]
pub(super) async fn counts(
    permit: Permit<SeeDesk>,
    State(app): State<AppState>,
) -> Result<Answer<CountsOut>, AppError> {
    Ok(Answer(read_counts(&app, permit.scope()).await?))
}

/// One patient sent, or one taken back.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CountIn {
    /// Made by the client, once per press.
    #[schema(example = "019a9f6e-7c00-7000-8000-000000000003")]
    pub id: Uuid,
    /// `booked`, `pharmacy`, `utc`, `hub`, `111`, `out-of-hours`, `waiting-list` or `emergency-department`.
    #[schema(example = "pharmacy")]
    pub kind: String,
    /// 1, or -1 to take one back.
    #[schema(example = 1)]
    pub n: i32,
}

/// Count one patient sent somewhere, or take one back. Nothing about the patient.
#[utoipa::path(post, path = "/api/v1/practices/{ods}/divert/counts", tag = "divert",
    params(("ods" = String, Path, example = "Z90001")),
    request_body = CountIn,
    responses(
        (status = 201, description = "Counted; today as it stands", body = CountsOut),
        (status = 200, description = "Counted before with this id, or nothing to take back; today as it stands", body = CountsOut),
        (status = 409, description = "The id was used for another count", body = Problem),
        (status = 422, description = "A field cannot be taken", body = Problem),
    ))]
pub(super) async fn count(
    permit: Permit<CountDiverts>,
    State(app): State<AppState>,
    Json(body): Json<CountIn>,
) -> Result<(StatusCode, Answer<CountsOut>), AppError> {
    let to =
        Destination::of(&body.kind).ok_or_else(|| AppError::field("kind", "Send one of the kinds of destination"))?;
    let pressed = CountDivert { id: RowId(id(body.id)?), day: app.clock.today(), to, n: body.n };
    let written = pressed.perform(&app, &By::from(&permit)).await?;
    let today = read_counts(&app, permit.scope()).await?;
    Ok((status(written), Answer(today)))
}

/// This feature's part of the OpenAPI document.
#[derive(Debug, utoipa::OpenApi)]
#[openapi(paths(state, start, end, counts, count))]
pub struct Documentation;
