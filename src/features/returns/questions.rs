//! What the practice's LMC asks this week: shown with who will see the answer, answered or skipped, changed until it closes.

use std::collections::BTreeMap;

use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use entity::ids::{OdsCode, QuestionId, RowId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    audit::Event,
    domain::{
        access::{Authority, Permit, PracticeScope, RecordStatus},
        calendar,
        question::{Given, Question, Stage},
    },
    error::{AppError, FieldError},
    href,
    state::AppState,
    store::{days::Written, questions, sharing},
    web::{
        caller::Caller,
        forms::{self, Form, InPath},
    },
    writer::owned_scope,
};

const CLOSED: AppError = AppError::Conflict(
    "this question has closed: nothing was recorded, and what was given before stands",
);

/// A question was answered or skipped.
#[derive(Debug, Serialize)]
struct QuestionAnswered {
    question: QuestionId,
    answer: RowId,
}

impl Event for QuestionAnswered {
    const NAME: &'static str = "question.answered";
}

/// What is asked, and what the practice has given.
#[derive(Debug)]
pub(super) struct Questions {
    pub(super) practice: OdsCode,
    /// Who asks.
    pub(super) lmc: String,
    /// Whether the practice shares its record with its LMC.
    pub(super) shared: bool,
    pub(super) open: Vec<Question>,
    pub(super) given: BTreeMap<QuestionId, Given>,
    /// An answer that was refused.
    pub(super) refused: Option<Refused>,
}

/// An answer that cannot be taken as it was typed.
#[derive(Debug)]
pub(super) struct Refused {
    pub(super) question: QuestionId,
    pub(super) typed: String,
    pub(super) why: String,
}

impl Questions {
    pub(super) async fn read(app: &AppState, scope: &PracticeScope) -> Result<Self, AppError> {
        let (read, today) = (app.db.read(scope), app.clock.today());
        let (name, open) = match app.lmc_of(scope.practice()).await? {
            None => (String::new(), Vec::new()),
            Some(lmc) => {
                let organisations = app.organisations().await?;
                let known = organisations.organisation(&lmc);
                let name = known.map_or_else(|| lmc.to_string(), |known| known.name.to_string());
                (name, questions::open_for(read, &lmc, today).await?)
            }
        };
        let decision = sharing::decision(read).await?;
        Ok(Self {
            practice: scope.practice().clone(),
            lmc: name,
            shared: decision.is_some_and(|decision| decision.given),
            given: questions::own(read, &open).await?,
            open,
            refused: None,
        })
    }

    /// Who will see an answer, in the words that stand above the questions.
    pub(super) fn who_sees(&self) -> String {
        let lmc = &self.lmc;
        if self.shared {
            format!(
                "Your practice shares its record with {lmc}, so {lmc} sees your answer with your practice’s name; a short text is shown without it, and of those that skip only how many. No ICB, no other practice and no published figure gets any of it."
            )
        } else {
            format!(
                "Your practice does not share its record with {lmc}: {lmc} sees no answer of yours and counts your practice as not heard from, unless you decide to share. No ICB, no other practice and no published figure gets any of it."
            )
        }
    }
}

#[derive(Debug, Deserialize)]
pub(super) struct QuestionPath {
    question: QuestionId,
}

impl QuestionPath {
    pub(super) fn id(&self) -> QuestionId {
        self.question
    }
}

/// The form under a question.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct AnswerForm {
    id: String,
    answer: String,
    what: String,
}

/// Answers or skips a question; what cannot be taken is shown on the page again.
pub(super) async fn give(
    permit: Permit<RecordStatus>,
    caller: Caller,
    State(app): State<AppState>,
    InPath(path): InPath<QuestionPath>,
    Form(typed): Form<AnswerForm>,
) -> Result<Response, AppError> {
    let answer = (typed.what != "skip").then_some(typed.answer.as_str());
    match record(&app, &permit, path.id(), (&typed.id, answer)).await {
        Ok(_) => {
            let page = href!("/practices").seg(permit.scope().practice());
            let page = format!("{}#questions", page.as_str());
            Ok(Redirect::to(&page).into_response())
        }
        Err(AppError::Invalid(errors)) => {
            let refused = Refused {
                question: path.id(),
                typed: typed.answer,
                why: says(&errors),
            };
            super::show(&app, &caller, permit.scope(), Some(refused)).await
        }
        Err(error) => Err(error),
    }
}

fn says(errors: &[FieldError]) -> String {
    let first = errors.first();
    first.map_or_else(String::new, |error| error.message.to_string())
}

/// Records what a practice gives to a question: an answer as typed or sent, or nothing to skip it.
///
/// # Errors
/// [`AppError::NotFound`] for a question of another LMC or one that is not open yet; the field `answer`; a conflict where
/// the question has closed.
pub(super) async fn record(
    app: &AppState,
    permit: &Permit<RecordStatus>,
    id: QuestionId,
    (row, answer): (&str, Option<&str>),
) -> Result<Written, AppError> {
    let (scope, by) = (owned_scope(permit), permit.id());
    let lmc = app.lmc_of(scope.practice()).await?;
    let lmc = lmc.ok_or(AppError::NotFound)?;
    let question = questions::one_for(app.db.read(&scope), &lmc, id).await?;
    let question = question.ok_or(AppError::NotFound)?;
    let stage = question.stage(app.clock.today());
    if stage == Stage::Ahead {
        return Err(AppError::NotFound);
    }
    let row = RowId(forms::id(row, "answer").map_err(|error| AppError::Invalid(vec![error]))?);
    let given = match answer.map(|text| question.read(text)) {
        None => Given::Skipped,
        Some(Ok(answer)) => Given::Answered(answer),
        Some(Err(_)) if stage == Stage::Closed => return Err(CLOSED),
        Some(Err(why)) => return Err(AppError::field("answer", why)),
    };
    let written = app.writer.write(permit, move |tx| {
        Box::pin(async move {
            let at = tx.read(&scope);
            let written = questions::answer(at, &question, row, &given, by, tx.now()).await?;
            written.stands()?;
            if written == Written::Fresh {
                // A repeat of what was taken in time is none the worse for coming late.
                if question.stage(calendar::london_day(tx.now())) != Stage::Open {
                    return Err(CLOSED);
                }
                let event = QuestionAnswered {
                    question: question.id,
                    answer: row,
                };
                tx.audit(&scope.practice().into(), &event).await?;
            }
            Ok(written)
        })
    });
    written.await
}

/// A fresh id for a form.
pub(super) fn fresh() -> String {
    Uuid::now_v7().to_string()
}
