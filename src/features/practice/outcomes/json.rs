//! Outcomes over JSON.

use axum::{Json as Answer, extract::State};
use axum_extra::extract::Query;
use entity::ids::OutcomeId;
use serde::Deserialize;
use utoipa::OpenApi;

use super::{
    Known,
    api::{OutcomeOut, OutcomesOut},
    known_at,
};
use crate::{
    domain::{
        access::{Permit, PracticeScope, SeeRegister},
        outcome,
    },
    error::AppError,
    operations::record_outcome::RecordOutcome,
    state::AppState,
    web::{doors, forms, problem::Problem, routes::Routes},
};

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .get("/api/v1/practices/{ods}/outcomes", SeeRegister, list)
        .api::<RecordOutcome, OutcomeOut>("/api/v1/practices/{ods}/outcomes")
}

/// The paths and bodies of outcomes, for the document of the whole API.
#[derive(Debug, OpenApi)]
#[openapi(paths(list))]
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
    let on = forms::as_of(&query.on, known.today).map_err(|error| AppError::Invalid(vec![error]))?;
    let at = known_at(on, known.today, known.read_at);
    let standing = outcome::standing(&known.outcomes, at);
    Ok(Answer(OutcomesOut {
        practice: permit.scope().practice().to_string(),
        on,
        outcomes: standing.into_iter().map(|one| OutcomeOut::new(&known, one)).collect(),
    }))
}

impl doors::Answer<RecordOutcome> for OutcomeOut {
    async fn read(app: &AppState, scope: &PracticeScope, id: &OutcomeId) -> Result<Self, AppError> {
        let known = Known::read(app, scope).await?;
        let outcome = known.outcome(*id).ok_or(AppError::NotFound)?;
        Ok(Self::new(&known, outcome))
    }
}
