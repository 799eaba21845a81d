//! Questions of an LMC to its practices: asked with a week's return, answered or skipped by each practice, read by the
//! LMC as far as practices share. No ICB, no release and no other reader has a route to any of it.

use std::collections::BTreeMap;

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use entity::ids::{OdsCode, OrgCode, QuestionId};
use maud::Markup;
use serde::Deserialize;

use crate::{
    domain::{
        access::{AskQuestions, By, LmcScope, Permit, SeeQuestionResults},
        organisation::View,
        question::{self, Answer, Given, Kind, Question, Results},
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
        routes::Routes,
        shell::{self, Sheet},
    },
};

use ask::QuestionForm;
pub use json::Documentation;

pub mod api;
mod ask;
mod json;
mod pages;

/// The routes.
pub fn routes(routes: Routes) -> Routes {
    let routes = routes
        .get("/lmc/{lmc}/questions", SeeQuestionResults, list)
        .get("/lmc/{lmc}/questions/new", AskQuestions, fresh)
        .post("/lmc/{lmc}/questions", AskQuestions, add)
        .get("/lmc/{lmc}/questions/{question}", SeeQuestionResults, one);
    json::routes(routes)
}

fn base(lmc: &OrgCode) -> Href {
    href!("/lmc").seg(lmc).seg("questions")
}

#[derive(Debug, Deserialize)]
struct OnePath {
    question: QuestionId,
}

async fn show(
    app: &AppState,
    caller: &Caller,
    lmc: &OrgCode,
    title: &str,
    content: Markup,
) -> Result<Markup, AppError> {
    let place = shell::lmc_place(app, lmc).await?;
    let sheet = Sheet { title, current: "Questions", live: None, content };
    Ok(shell::page(app, caller, &place, sheet))
}

async fn list(
    permit: Permit<SeeQuestionResults>,
    caller: Caller,
    State(app): State<AppState>,
) -> Result<Markup, AppError> {
    let all = questions::of_lmc(app.db.read(permit.scope())).await?;
    let organisations = app.organisations().await?;
    let at = app.db.read(permit.scope());
    let answers = questions::answers(at, &organisations, &all, app.clock.known()).await?;
    let rows: Vec<pages::Line<'_>> = all
        .iter()
        .map(|question| {
            let given = answers.given.get(&question.id).into_iter();
            let of = (answers.sharing, answers.all);
            let results = question::results(question, of, given.flat_map(BTreeMap::values));
            pages::Line { question, results }
        })
        .collect();
    let lmc = permit.scope().lmc();
    let content = pages::list(&base(lmc), &rows, app.clock.today());
    show(&app, &caller, lmc, "Questions", content).await
}

/// One question with what an LMC may read of its answers.
#[derive(Debug)]
struct Read {
    question: Question,
    results: Results,
    /// By the name of the practice; nothing of texts, which are shown without names. Who skipped it is a number.
    named: Vec<(OdsCode, String, Answer)>,
    /// Whose answers are read, named or not: each is told so.
    told: Vec<OdsCode>,
}

impl Read {
    async fn of(app: &AppState, scope: &LmcScope, id: QuestionId) -> Result<Self, AppError> {
        let at = app.db.read(scope);
        let question = questions::one(at, id).await?.ok_or(AppError::NotFound)?;
        let organisations = app.organisations().await?;
        let only = std::slice::from_ref(&question);
        let mut answers = questions::answers(at, &organisations, only, app.clock.known()).await?;
        let given = answers.given.remove(&id).unwrap_or_default();
        let of = (answers.sharing, answers.all);
        let results = question::results(&question, of, given.values());
        let given: Vec<(OdsCode, Answer)> = given
            .into_iter()
            .filter_map(|(code, given)| match given {
                Given::Answered(answer) => Some((code, answer)),
                Given::Skipped => None,
            })
            .collect();
        let told = given.iter().map(|(code, _)| code.clone()).collect();
        let mut named: Vec<(OdsCode, String, Answer)> = given
            .into_iter()
            .filter(|_| question.kind != Kind::Text)
            .map(|(code, answer)| (code.clone(), name(&organisations, &code), answer))
            .collect();
        named.sort_by(|one, other| (&one.1, &one.0).cmp(&(&other.1, &other.0)));
        Ok(Self { question, results, named, told })
    }
}

fn name(organisations: &View, practice: &OdsCode) -> String {
    organisations.practice(practice).map_or_else(|| practice.to_string(), |known| known.name.to_string())
}

async fn one(
    permit: Permit<SeeQuestionResults>,
    caller: Caller,
    State(app): State<AppState>,
    InPath(path): InPath<OnePath>,
) -> Result<Markup, AppError> {
    let read = Read::of(&app, permit.scope(), path.question).await?;
    let lmc = permit.scope().lmc();
    let content = pages::one(&base(lmc), &read, app.clock.today());
    let page = show(&app, &caller, lmc, &read.question.wording, content).await?;
    receipts::note(&app, &permit, (lmc, OutsidePage::Answers), read.told);
    Ok(page)
}

async fn fresh(
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
    let content = pages::form(&base(scope.lmc()), typed, errors);
    let (error, status) = match errors {
        [] => ("", StatusCode::OK),
        _ => ("Error: ", StatusCode::UNPROCESSABLE_ENTITY),
    };
    let title = format!("{error}New question");
    let page = show(app, caller, scope.lmc(), &title, content).await?;
    Ok((status, page).into_response())
}

async fn add(
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
