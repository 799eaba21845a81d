//! An LMC's questions over JSON.

use axum::{Json as Answer, extract::State, http::StatusCode, response::Response};
use entity::ids::LocalDate;
use serde::{Deserialize, Serialize};
use utoipa::{OpenApi, ToSchema};
use uuid::Uuid;

use super::{
    answers::OnePath,
    view::{QuestionForm, Read},
};
use crate::{
    domain::{
        access::{AskQuestions, By, Permit, SeeQuestionResults},
        question::{AnswerFigure, Question},
        readers::OutsidePage,
    },
    error::AppError,
    operations::ask_question::AskQuestion,
    state::AppState,
    store::questions,
    web::{
        forms::{InPath, Json},
        lists::{ListAsked, ListOut, Order, Pages},
        problem::Problem,
        receipts, written,
    },
};

/// An LMC's questions, the newest week first
#[utoipa::path(get, path = "/api/v1/areas/lmc/{lmc}/questions", tag = "questions",
    params(("lmc" = String, Path, example = "east"), ListAsked),
    responses(
        (status = 200, description = "Questions", body = ListOut<QuestionOut>),
        (status = 422, description = "A limit or a cursor that cannot be taken", body = Problem, content_type = "application/problem+json"),
        (status = 401, description = "Sign in first", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No such LMC, or not yours", body = Problem, content_type = "application/problem+json"),
    ))]
pub(super) async fn list(
    permit: Permit<SeeQuestionResults>,
    State(app): State<AppState>,
    pages: Pages,
) -> Result<Response, AppError> {
    let today = app.clock.today();
    let all = questions::of_lmc(app.db.read(permit.scope())).await?;
    // Of a week the first place comes first.
    let key = |question: &Question| format!("{} {:04}", question.week_ending, 9_999_u32.saturating_sub(question.place));
    let page = pages.cut(all, Order::Down, key)?.map(|question| QuestionOut::new(&question, today));
    Ok(pages.json(&page, page.next.as_deref()))
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
pub(super) async fn add(
    permit: Permit<AskQuestions>,
    State(app): State<AppState>,
    Json(body): Json<QuestionIn>,
) -> Result<(StatusCode, Answer<QuestionOut>), AppError> {
    let question = body.form().read(app.clock.today());
    let question = question.map_err(AppError::Invalid)?;
    let id = question.id;
    let act = AskQuestion { question };
    let status = written::status(act.perform(&app, &By::from(&permit)).await?);
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
pub(super) async fn results(
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

/// The paths and bodies of questions, for the document of the whole API.
#[derive(Debug, OpenApi)]
#[openapi(paths(list, add, results))]
pub struct Documentation;

/// A question to be asked.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct QuestionIn {
    /// Made by the client, a UUID of version 7: sending the same question twice asks it once.
    #[schema(example = "0199f3a2-7c11-7d20-8c1f-2f6f0a6a9d41")]
    pub id: Option<Uuid>,
    /// The Friday of the week.
    #[schema(example = "2026-11-20", format = Date)]
    pub week_ending: String,
    /// First day on which it can be answered.
    #[schema(example = "2026-11-16", format = Date)]
    pub opens_on: String,
    /// Last day on which it can be answered.
    #[schema(example = "2026-11-27", format = Date)]
    pub closes_on: String,
    /// choice, number, yes-no or text.
    #[schema(example = "choice")]
    pub kind: String,
    /// What is asked.
    #[schema(example = "Is a GP post vacant?")]
    pub wording: String,
    /// Two to six, for a choice.
    #[serde(default)]
    #[schema(example = json!(["None", "One", "Two or more"]))]
    pub options: Vec<String>,
}

impl QuestionIn {
    pub(super) fn form(self) -> QuestionForm {
        QuestionForm {
            id: self.id.unwrap_or_else(Uuid::now_v7).to_string(),
            week_ending: self.week_ending,
            opens_on: self.opens_on,
            closes_on: self.closes_on,
            kind: self.kind,
            wording: self.wording,
            option: self.options,
        }
    }
}

/// A question.
#[derive(Debug, Serialize, ToSchema)]
pub struct QuestionOut {
    /// Which.
    #[schema(example = "0199f3a2-7c11-7d20-8c1f-2f6f0a6a9d41")]
    pub id: Uuid,
    /// The Friday of the week.
    #[schema(value_type = String, format = Date, example = "2026-11-20")]
    pub week_ending: LocalDate,
    /// Its place among the questions of the week, from 1 to 6.
    #[schema(example = 1)]
    pub place: u32,
    /// First day on which it can be answered.
    #[schema(value_type = String, format = Date, example = "2026-11-16")]
    pub opens_on: LocalDate,
    /// Last day on which it can be answered.
    #[schema(value_type = String, format = Date, example = "2026-11-27")]
    pub closes_on: LocalDate,
    /// ahead, open or closed.
    #[schema(example = "open")]
    pub stage: &'static str,
    /// choice, number, yes-no or text.
    #[schema(example = "choice")]
    pub kind: &'static str,
    /// What is asked.
    #[schema(example = "Is a GP post vacant?")]
    pub wording: String,
    /// What can be chosen; empty for the other kinds.
    #[schema(example = json!(["None", "One", "Two or more"]))]
    pub options: Vec<String>,
}

impl QuestionOut {
    pub(super) fn new(question: &Question, today: LocalDate) -> Self {
        Self {
            id: question.id.0,
            week_ending: question.week_ending,
            place: question.place,
            opens_on: question.opens_on,
            closes_on: question.closes_on,
            stage: question.stage(today).code(),
            kind: question.kind.as_str(),
            wording: question.wording.clone(),
            options: question.options.clone(),
        }
    }
}

/// What practices that share have answered.
#[derive(Debug, Serialize, ToSchema)]
pub struct ResultsOut {
    /// The question.
    pub question: QuestionOut,
    /// Practices of the area.
    #[schema(example = 64)]
    pub practices: u32,
    /// Practices that share; the others count as not heard from, whatever they answered.
    #[schema(example = 46)]
    pub sharing: u32,
    /// Practices that share and answered.
    #[schema(example = 41)]
    pub answered: u32,
    /// Practices that share and skipped it; never which.
    #[schema(example = 3)]
    pub skipped: u32,
    /// The same in words.
    #[schema(example = "41 of 64 practices answered; 3 skipped.")]
    pub rate: String,
    /// For a choice and yes, no, not sure: how many gave each answer.
    pub counts: Vec<AnswerCountOut>,
    /// For numbers, from five answers on.
    pub spread: Option<SpreadOut>,
    /// For short texts: without the practice's name, in the order of the alphabet.
    #[schema(example = json!(["Two sessions a week are filled by locums."]))]
    pub texts: Vec<String>,
    /// What each practice that shares has answered; empty for short texts. Who skipped it is a number only.
    pub given: Vec<GivenOut>,
}

/// How many gave an answer.
#[derive(Debug, Serialize, ToSchema)]
pub struct AnswerCountOut {
    /// The answer.
    #[schema(example = "One")]
    pub answer: String,
    /// Practices.
    #[schema(example = 12)]
    pub practices: u32,
}

/// Median and range of numbers.
#[derive(Debug, Serialize, ToSchema)]
pub struct SpreadOut {
    /// The median.
    #[schema(example = 2.5)]
    pub median: f64,
    /// The smallest.
    #[schema(example = 0.0)]
    pub least: f64,
    /// The greatest.
    #[schema(example = 11.0)]
    pub most: f64,
}

/// What one practice has given.
#[derive(Debug, Serialize, ToSchema)]
pub struct GivenOut {
    /// ODS code.
    #[schema(example = "Z90001")]
    pub practice: String,
    /// The answer in words.
    #[schema(example = "One")]
    pub answer: String,
}

impl ResultsOut {
    pub(super) fn new(read: &Read, today: LocalDate) -> Self {
        let (question, results) = (&read.question, &read.results);
        let (mut counts, mut spread, mut texts) = (Vec::new(), None, Vec::new());
        match &results.figure {
            AnswerFigure::Counts(all) => {
                counts.extend(all.iter().map(|(answer, n)| AnswerCountOut { answer: answer.clone(), practices: *n }));
            }
            AnswerFigure::Spread(found) => {
                spread = found.map(|found| SpreadOut {
                    median: found.median.value(),
                    least: found.least.value(),
                    most: found.most.value(),
                });
            }
            AnswerFigure::Texts(all) => texts.clone_from(all),
        }
        Self {
            question: QuestionOut::new(question, today),
            practices: results.all,
            sharing: results.sharing,
            answered: results.answered,
            skipped: results.skipped,
            rate: results.rate(),
            counts,
            spread,
            texts,
            given: read
                .named
                .iter()
                .map(|(practice, _, answer)| GivenOut {
                    practice: practice.to_string(),
                    answer: question.words(answer),
                })
                .collect(),
        }
    }
}
