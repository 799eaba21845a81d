//! An LMC's questions: the list, one with its answers, and the form in which it is written.

use std::collections::BTreeMap;

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use entity::ids::OrgCode;
use maud::Markup;

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
        receipts,
        shell::{self, Section, Sheet},
    },
};

fn base(lmc: &OrgCode) -> Href {
    href!("/lmc").seg(lmc).seg("questions")
}

async fn show(
    app: &AppState,
    caller: &Caller,
    lmc: &OrgCode,
    title: &str,
    content: Markup,
) -> Result<Markup, AppError> {
    let place = shell::lmc_place(app, lmc).await?;
    let sheet = Sheet { title, current: Section::Questions, live: None, content };
    Ok(shell::page(app, caller, &place, sheet))
}

pub(super) async fn list(
    permit: Permit<SeeQuestionResults>,
    caller: Caller,
    State(app): State<AppState>,
) -> Result<Markup, AppError> {
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
    let lmc = permit.scope().lmc();
    let content = view::list(&base(lmc), &rows, app.clock.today());
    show(&app, &caller, lmc, "Questions", content).await
}

pub(super) async fn one(
    permit: Permit<SeeQuestionResults>,
    caller: Caller,
    State(app): State<AppState>,
    InPath(path): InPath<OnePath>,
) -> Result<Markup, AppError> {
    let read = Read::of(&app, permit.scope(), path.question).await?;
    let lmc = permit.scope().lmc();
    let content = view::one(&base(lmc), &read, app.clock.today());
    let page = show(&app, &caller, lmc, &read.question.wording, content).await?;
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
    let content = view::form(&base(scope.lmc()), typed, errors);
    let (error, status) = match errors {
        [] => ("", StatusCode::OK),
        _ => ("Error: ", StatusCode::UNPROCESSABLE_ENTITY),
    };
    let title = format!("{error}New question");
    let page = show(app, caller, scope.lmc(), &title, content).await?;
    Ok((status, page).into_response())
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
