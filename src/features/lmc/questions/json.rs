//! An LMC's questions over JSON.

use axum::{Json as Answer, extract::State, http::StatusCode};
use utoipa::OpenApi;

use super::{
    OnePath, Read,
    api::{QuestionIn, QuestionOut, ResultsOut},
};
use crate::{
    domain::{
        access::{AskQuestions, By, Permit, SeeQuestionResults},
        readers::OutsidePage,
    },
    error::AppError,
    operations::{Written, ask_question::AskQuestion},
    state::AppState,
    store::questions,
    web::{
        forms::{InPath, Json},
        problem::Problem,
        receipts,
        routes::Routes,
    },
};

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .get("/api/v1/areas/lmc/{lmc}/questions", SeeQuestionResults, list)
        .post("/api/v1/areas/lmc/{lmc}/questions", AskQuestions, add)
        .get("/api/v1/areas/lmc/{lmc}/questions/{question}", SeeQuestionResults, results)
}

/// The paths and bodies of questions, for the document of the whole API.
#[derive(Debug, OpenApi)]
#[openapi(paths(list, add, results))]
pub struct Documentation;

/// An LMC's questions, the newest week first
#[utoipa::path(get, path = "/api/v1/areas/lmc/{lmc}/questions", tag = "questions",
    params(("lmc" = String, Path, example = "east")),
    responses(
        (status = 200, description = "Every question", body = Vec<QuestionOut>),
        (status = 401, description = "Sign in first", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No such LMC, or not yours", body = Problem, content_type = "application/problem+json"),
    ))]
async fn list(
    permit: Permit<SeeQuestionResults>,
    State(app): State<AppState>,
) -> Result<Answer<Vec<QuestionOut>>, AppError> {
    let today = app.clock.today();
    let all = questions::of_lmc(app.db.read(permit.scope())).await?;
    let all = all.iter().map(|question| QuestionOut::new(question, today));
    Ok(Answer(all.collect()))
}

/// Put a question to a week's return; a week takes six
#[utoipa::path(post, path = "/api/v1/areas/lmc/{lmc}/questions", tag = "questions",
    params(("lmc" = String, Path, example = "east")),
    request_body = QuestionIn,
    responses(
        (status = 201, description = "Asked", body = QuestionOut),
        (status = 200, description = "Asked before", body = QuestionOut),
        (status = 404, description = "No such LMC, or not yours", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "The id was used for another question", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "A field cannot be taken, or the week has six questions", body = Problem, content_type = "application/problem+json"),
    ))]
async fn add(
    permit: Permit<AskQuestions>,
    State(app): State<AppState>,
    Json(body): Json<QuestionIn>,
) -> Result<(StatusCode, Answer<QuestionOut>), AppError> {
    let question = body.form().read(app.clock.today());
    let question = question.map_err(AppError::Invalid)?;
    let id = question.id;
    let act = AskQuestion { question };
    let status = match act.perform(&app, &By::from(&permit)).await? {
        Written::New => StatusCode::CREATED,
        Written::Repeat => StatusCode::OK,
    };
    let stored = questions::one(app.db.read(permit.scope()), id).await?;
    let stored = stored.ok_or(AppError::NotFound)?;
    let out = QuestionOut::new(&stored, app.clock.today());
    Ok((status, Answer(out)))
}

/// What practices that share have answered
#[utoipa::path(get, path = "/api/v1/areas/lmc/{lmc}/questions/{question}", tag = "questions",
    params(("lmc" = String, Path, example = "east"), ("question" = Uuid, Path)),
    responses(
        (status = 200, description = "The question and its results", body = ResultsOut),
        (status = 401, description = "Sign in first", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No such question, or not yours", body = Problem, content_type = "application/problem+json"),
    ))]
async fn results(
    permit: Permit<SeeQuestionResults>,
    State(app): State<AppState>,
    InPath(path): InPath<OnePath>,
) -> Result<Answer<ResultsOut>, AppError> {
    let read = Read::of(&app, permit.scope(), path.question).await?;
    let lmc = permit.scope().lmc();
    let out = ResultsOut::new(&read, app.clock.today());
    receipts::note(&app, &permit, (lmc, OutsidePage::Answers), read.told);
    Ok(Answer(out))
}
