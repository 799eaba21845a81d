//! Outcomes over JSON.

use axum::{Json as Answer, extract::State, http::StatusCode};
use axum_extra::extract::Query;
use serde::Deserialize;
use utoipa::OpenApi;

use super::{
    Known,
    api::{OutcomeIn, OutcomeOut, OutcomesOut},
    known_at, record,
};
use crate::{
    domain::{
        access::{Permit, RecordStatus, SeeRegister},
        outcome,
    },
    error::AppError,
    state::AppState,
    web::{
        forms::{self, Json},
        problem::Problem,
        routes::Routes,
        written,
    },
};

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .get("/api/v1/practices/{ods}/outcomes", SeeRegister, list)
        .post("/api/v1/practices/{ods}/outcomes", RecordStatus, add)
}

/// The paths and bodies of outcomes, for the document of the whole API.
#[derive(Debug, OpenApi)]
#[openapi(paths(list, add))]
pub struct Documentation;

#[derive(Debug, Deserialize)]
struct OnQuery {
    #[serde(default)]
    on: String,
}

/// A practice's outcomes, as they stand or stood
#[utoipa::path(get, path = "/api/v1/practices/{ods}/outcomes", tag = "outcomes",
    params(
        ("ods" = String, Path, example = "Z90001"),
        ("on" = Option<String>, Query, description = "As of the end of this day; today where it is left out", example = "2026-11-20"),
    ),
    responses(
        (status = 200, description = "Entries that stand", body = OutcomesOut),
        (status = 401, description = "Sign in first", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No such practice, or not yours", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "The day cannot be taken", body = Problem, content_type = "application/problem+json"),
    ))]
async fn list(
    permit: Permit<SeeRegister>,
    State(app): State<AppState>,
    Query(query): Query<OnQuery>,
) -> Result<Answer<OutcomesOut>, AppError> {
    let known = Known::read(&app, permit.scope()).await?;
    let on =
        forms::as_of(&query.on, known.today).map_err(|error| AppError::Invalid(vec![error]))?;
    let at = known_at(on, known.today, known.read_at);
    let standing = outcome::standing(&known.outcomes, at);
    Ok(Answer(OutcomesOut {
        practice: permit.scope().practice().to_string(),
        on,
        outcomes: standing
            .into_iter()
            .map(|one| OutcomeOut::new(&known, one))
            .collect(),
    }))
}

/// Record an outcome, or correct one
#[utoipa::path(post, path = "/api/v1/practices/{ods}/outcomes", tag = "outcomes",
    params(("ods" = String, Path, example = "Z90001")),
    request_body = OutcomeIn,
    responses(
        (status = 201, description = "Recorded", body = OutcomeOut),
        (status = 200, description = "Recorded before", body = OutcomeOut),
        (status = 404, description = "No such practice, notice or entry, or not yours", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "The id was used for another outcome, or the entry was corrected meanwhile", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "A field cannot be taken", body = Problem, content_type = "application/problem+json"),
    ))]
async fn add(
    permit: Permit<RecordStatus>,
    State(app): State<AppState>,
    Json(body): Json<OutcomeIn>,
) -> Result<(StatusCode, Answer<OutcomeOut>), AppError> {
    let (id, done) = record::read_and_record(&app, &permit, &body.draft()).await?;
    let known = Known::read(&app, permit.scope()).await?;
    let outcome = known.outcome(id).ok_or(AppError::NotFound)?;
    Ok((
        written::status(done)?,
        Answer(OutcomeOut::new(&known, outcome)),
    ))
}
