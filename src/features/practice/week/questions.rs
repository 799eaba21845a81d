//! What the practice's LMC asks this week: shown with who will see the answer, answered or skipped, changed until it closes.

use std::collections::BTreeMap;

use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use entity::ids::{OdsCode, QuestionId, RowId};
use serde::Deserialize;
use uuid::Uuid;

use crate::{
    domain::{
        access::{By, Permit, PracticeScope, RecordStatus},
        question::{Given, Question},
    },
    error::{AppError, FieldError},
    href,
    operations::answer_question::AnswerQuestion,
    state::AppState,
    store::{questions, sharing},
    web::{
        caller::Caller,
        forms::{self, Form, InPath},
    },
};

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
    let given = match forms::id(&typed.id, "answer") {
        Ok(id) => {
            let act = AnswerQuestion {
                id: RowId(id),
                question: path.id(),
                answer: (typed.what != "skip").then(|| typed.answer.clone()),
            };
            act.perform(&app, &By::from(&permit)).await
        }
        Err(error) => Err(AppError::Invalid(vec![error])),
    };
    match given {
        Ok(_) => {
            let page = href!("/practices").seg(permit.scope().practice());
            let page = format!("{}#questions", page.as_str());
            Ok(Redirect::to(&page).into_response())
        }
        Err(AppError::Invalid(errors)) => {
            let refused = Refused { question: path.id(), typed: typed.answer, why: says(&errors) };
            super::show(&app, &caller, permit.scope(), Some(refused)).await
        }
        Err(error) => Err(error),
    }
}

fn says(errors: &[FieldError]) -> String {
    let first = errors.first();
    first.map_or_else(String::new, |error| error.message.to_string())
}

/// A fresh id for a form.
pub(super) fn fresh() -> String {
    Uuid::now_v7().to_string()
}
