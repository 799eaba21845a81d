//! An LMC's questions: the list, one with its answers, and the form in which it is written.

use std::collections::BTreeMap;

use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use entity::ids::OrgCode;

use super::{
    answers::OnePath,
    view::{self, QuestionForm, Read},
};
use crate::{
    domain::{
        access::{AskQuestions, By, LmcScope, Permit, SeeQuestionResults},
        question,
        readers::OutsidePage,
    },
    error::{AppError, FieldError},
    href,
    operations::ask_question::AskQuestion,
    state::AppState,
    store::questions,
    ui::href::Href,
    web::{
        caller::Caller,
        forms::{Form, InPath},
        receipts, shell,
    },
};

pub(super) fn base(lmc: &OrgCode) -> Href {
    href!("/lmc").seg(lmc).seg("questions")
}

pub(super) async fn list(
    permit: Permit<SeeQuestionResults>,
    caller: Caller,
    State(app): State<AppState>,
) -> Result<Response, AppError> {
    let all = questions::of_lmc(app.db.read(permit.scope())).await?;
    let organisations = app.organisations().await?;
    let at = app.db.read(permit.scope());
    let answers = questions::answers(at, &organisations, &all, app.clock.known()).await?;
    let rows: Vec<view::Line<'_>> = all
        .iter()
        .map(|question| {
            let given = answers.given.get(&question.id).into_iter();
            let of = (answers.sharing, answers.all);
            let results = question::results(question, of, given.flat_map(BTreeMap::values));
            view::Line { question, results }
        })
        .collect();
    let sheet = view::list(&base(permit.scope().lmc()), &rows, app.clock.today());
    shell::show(&app, &caller, permit.scope(), sheet).await
}

pub(super) async fn one(
    permit: Permit<SeeQuestionResults>,
    caller: Caller,
    State(app): State<AppState>,
    InPath(path): InPath<OnePath>,
) -> Result<Response, AppError> {
    let read = Read::of(&app, permit.scope(), path.question).await?;
    let lmc = permit.scope().lmc();
    let sheet = view::one(&base(lmc), &read, app.clock.today());
    let page = shell::show(&app, &caller, permit.scope(), sheet).await?;
    receipts::note(&app, &permit, (lmc, OutsidePage::Answers), read.told);
    Ok(page)
}

pub(super) async fn fresh(
    permit: Permit<AskQuestions>,
    caller: Caller,
    State(app): State<AppState>,
) -> Result<Response, AppError> {
    let typed = QuestionForm::fresh(app.clock.today());
    form(&app, &caller, permit.scope(), &typed, &[]).await
}

async fn form(
    app: &AppState,
    caller: &Caller,
    scope: &LmcScope,
    typed: &QuestionForm,
    errors: &[FieldError],
) -> Result<Response, AppError> {
    shell::show(app, caller, scope, view::form(&base(scope.lmc()), typed, errors)).await
}

pub(super) async fn add(
    permit: Permit<AskQuestions>,
    caller: Caller,
    State(app): State<AppState>,
    Form(typed): Form<QuestionForm>,
) -> Result<Response, AppError> {
    let asked = match typed.read(app.clock.today()) {
        Ok(question) => {
            let act = AskQuestion { question };
            act.perform(&app, &By::from(&permit)).await
        }
        Err(errors) => Err(AppError::Invalid(errors)),
    };
    match asked {
        Ok(_) => Ok(Redirect::to(base(permit.scope().lmc()).as_str()).into_response()),
        Err(AppError::Invalid(errors)) => form(&app, &caller, permit.scope(), &typed, &errors).await,
        Err(error) => Err(error),
    }
}
