//! The LMC's questions over JSON, as a practice sees and answers them.

use axum::{Json as Out, extract::State, http::StatusCode};
use entity::ids::{LocalDate, RowId};
use serde::{Deserialize, Serialize};
use utoipa::{OpenApi, ToSchema};
use uuid::Uuid;

use super::questions::{self, QuestionPath};
use crate::{
    domain::{
        access::{By, Permit, PracticeScope, RecordStatus, SeeRegister},
        question::{Given, Question},
    },
    error::AppError,
    operations::answer_question::AnswerQuestion,
    state::AppState,
    web::{
        forms::{InPath, Json},
        problem::Problem,
        written,
    },
};

/// The paths and bodies of a practice's answers, for the document of the whole API.
#[derive(Debug, OpenApi)]
#[openapi(paths(open, give))]
pub struct Documentation;

/// What is asked of a practice now.
#[derive(Debug, Serialize, ToSchema)]
pub struct OpenQuestionsOut {
    /// ODS code.
    #[schema(example = "Z90001")]
    pub practice: String,
    /// Name of the LMC that asks; empty where the practice has none.
    #[schema(example = "East LMC")]
    pub lmc: String,
    /// Whether the LMC sees the practice's answers.
    #[schema(example = true)]
    pub shared: bool,
    /// Who will see an answer, to be shown before it is given.
    #[schema(example = "Your practice shares its record with East LMC …")]
    pub who_sees: String,
    /// The oldest week first.
    pub questions: Vec<OpenQuestionOut>,
}

/// A question that is open.
#[derive(Debug, Serialize, ToSchema)]
pub struct OpenQuestionOut {
    /// Which.
    #[schema(example = "0199f3a2-7c11-7d20-8c1f-2f6f0a6a9d41")]
    pub id: Uuid,
    /// The Friday of its week.
    #[schema(value_type = String, format = Date, example = "2026-11-20")]
    pub week_ending: LocalDate,
    /// Last day on which it can be answered.
    #[schema(value_type = String, format = Date, example = "2026-11-27")]
    pub closes_on: LocalDate,
    /// choice, number, yes-no or text.
    #[schema(example = "choice")]
    pub kind: &'static str,
    /// What is asked.
    #[schema(example = "Is a GP post vacant?")]
    pub wording: String,
    /// What can be chosen, by place from 1.
    #[schema(example = json!(["None", "One", "Two or more"]))]
    pub options: Vec<String>,
    /// The practice skipped it.
    #[schema(example = false)]
    pub skipped: bool,
    /// What the practice answered, in the form in which answers are sent; null where it did not.
    #[schema(example = "2")]
    pub answer: Option<String>,
}

impl OpenQuestionOut {
    fn new(question: &Question, given: Option<&Given>) -> Self {
        Self {
            id: question.id.0,
            week_ending: question.week_ending,
            closes_on: question.closes_on,
            kind: question.kind.as_str(),
            wording: question.wording.clone(),
            options: question.options.clone(),
            skipped: given == Some(&Given::Skipped),
            answer: given.and_then(Given::stored),
        }
    }
}

/// An answer, or that a question is skipped.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AnswerIn {
    /// Made by the client, a UUID of version 7: sending the same answer twice records it once.
    #[schema(example = "0199f3a2-7c11-7d20-8c1f-2f6f0a6a9d42")]
    pub id: Option<Uuid>,
    /// The place of an option from 1; a number such as 2.5; yes, no or not-sure; a short text of at most 300 characters
    /// without patient data. Null or left out skips the question.
    #[schema(example = "2")]
    pub answer: Option<String>,
}

async fn out(app: &AppState, scope: &PracticeScope) -> Result<Out<OpenQuestionsOut>, AppError> {
    let part = questions::read(app, scope).await?;
    Ok(Out(OpenQuestionsOut {
        practice: scope.practice().to_string(),
        shared: part.shared,
        who_sees: part.who_sees(),
        questions: part
            .open
            .iter()
            .map(|question| OpenQuestionOut::new(question, part.given.get(&question.id)))
            .collect(),
        lmc: part.lmc,
    }))
}

/// What the practice's LMC asks now, with what the practice has given
#[utoipa::path(get, path = "/api/v1/practices/{ods}/questions", tag = "questions",
    params(("ods" = String, Path, example = "Z90001")),
    responses(
        (status = 200, description = "The questions that are open", body = OpenQuestionsOut),
        (status = 401, description = "Sign in first", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No such practice, or not yours", body = Problem, content_type = "application/problem+json"),
    ))]
pub(super) async fn open(
    permit: Permit<SeeRegister>,
    State(app): State<AppState>,
) -> Result<Out<OpenQuestionsOut>, AppError> {
    out(&app, permit.scope()).await
}

/// Answer a question or skip it; the newest answer holds until the question closes
#[utoipa::path(post, path = "/api/v1/practices/{ods}/questions/{question}/answers", tag = "questions",
    params(("ods" = String, Path, example = "Z90001"), ("question" = Uuid, Path)),
    request_body = AnswerIn,
    responses(
        (status = 201, description = "Recorded; what is asked now", body = OpenQuestionsOut),
        (status = 200, description = "Recorded before", body = OpenQuestionsOut),
        (status = 404, description = "No such question, or not yours", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "The question has closed, or the id was used for another answer", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "The answer cannot be taken", body = Problem, content_type = "application/problem+json"),
    ))]
pub(super) async fn give(
    permit: Permit<RecordStatus>,
    State(app): State<AppState>,
    InPath(path): InPath<QuestionPath>,
    Json(body): Json<AnswerIn>,
) -> Result<(StatusCode, Out<OpenQuestionsOut>), AppError> {
    let act = AnswerQuestion {
        id: RowId(written::id(body.id.unwrap_or_else(Uuid::now_v7))?),
        question: path.id(),
        answer: body.answer,
    };
    let status = written::status(act.perform(&app, &By::from(&permit)).await?);
    Ok((status, out(&app, permit.scope()).await?))
}
