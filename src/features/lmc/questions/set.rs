//! The ready-made set of questions about a draft of the network scheme.

use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use entity::ids::QuestionId;

use super::{page::base, set_view::SetForm, view::QuestionForm};
use crate::{
    domain::{
        access::{AskQuestions, By, LmcScope, Permit},
        contact::derived_id,
        network::{NetworkBook, QuestionSet},
        question::{NewQuestion, QuestionKind},
    },
    error::{AppError, FieldError},
    operations::ask_questions::AskQuestions as AskThem,
    state::AppState,
    web::{
        caller::Caller,
        forms::{self, Form},
        shell,
    },
};

fn set() -> Result<&'static QuestionSet, AppError> {
    NetworkBook::built_in().map(|book| &book.set).map_err(|broken| AppError::Fault(broken.join("; ")))
}

/// The set with its days, ready to be asked.
pub(super) async fn fresh(
    permit: Permit<AskQuestions>,
    caller: Caller,
    State(app): State<AppState>,
) -> Result<Response, AppError> {
    let QuestionForm { id, week_ending, opens_on, closes_on, .. } = QuestionForm::fresh(app.clock.today());
    let typed = SetForm { id, week_ending, opens_on, closes_on, draft: String::new() };
    form(&app, &caller, permit.scope(), &typed, &[]).await
}

async fn form(
    app: &AppState,
    caller: &Caller,
    scope: &LmcScope,
    typed: &SetForm,
    errors: &[FieldError],
) -> Result<Response, AppError> {
    let sheet = super::set_view::form(&base(scope.lmc()), set()?, typed, errors);
    shell::show(app, caller, scope, sheet).await
}

/// Asks all of them, or none.
pub(super) async fn add(
    permit: Permit<AskQuestions>,
    caller: Caller,
    State(app): State<AppState>,
    Form(typed): Form<SetForm>,
) -> Result<Response, AppError> {
    let asked = match typed.read(set()?, app.clock.today()) {
        Ok(questions) => AskThem { questions }.perform(&app, &By::from(&permit)).await,
        Err(errors) => Err(AppError::Invalid(errors)),
    };
    match asked {
        Ok(_) => Ok(Redirect::to(base(permit.scope().lmc()).as_str()).into_response()),
        Err(AppError::Invalid(errors)) => form(&app, &caller, permit.scope(), &typed, &errors).await,
        Err(error) => Err(error),
    }
}

impl SetForm {
    /// Reads the days by the rules of a single question, and the name of the draft by those of its wording.
    fn read(&self, set: &QuestionSet, today: entity::ids::LocalDate) -> Result<Vec<NewQuestion>, Vec<FieldError>> {
        let draft = forms::letter_line(&self.draft, "draft", QuestionSet::LONGEST_DRAFT).and_then(|text| {
            text.ok_or_else(|| FieldError::new("draft", "Say which draft, such as: Draft of 2027/28"))
        });
        // One question of a fixed wording stands for all: their days are the same.
        let days = QuestionForm {
            id: self.id.clone(),
            week_ending: self.week_ending.clone(),
            opens_on: self.opens_on.clone(),
            closes_on: self.closes_on.clone(),
            kind: QuestionKind::YesNo.as_str().to_owned(),
            wording: set.title.clone(),
            ..QuestionForm::default()
        };
        match (draft, days.read(today)) {
            (Ok(draft), Ok(one)) => Ok(set
                .questions
                .iter()
                .map(|question| NewQuestion {
                    id: QuestionId(derived_id(one.id.0, &question.code)),
                    kind: question.kind,
                    wording: question.asks(&draft),
                    options: question.options.clone(),
                    ..one.clone()
                })
                .collect()),
            (draft, days) => {
                let mut errors: Vec<FieldError> = draft.err().into_iter().collect();
                errors.extend(days.err().into_iter().flatten());
                Err(errors)
            }
        }
    }
}
