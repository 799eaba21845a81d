//! Pages of help.

use axum::{extract::State, response::Response};
use axum_extra::extract::Query;
use serde::Deserialize;

use super::{
    find_view::{self, Found, Looked},
    view::{self, PROBLEMS, TOPICS},
};
use crate::{
    domain::{
        access::Role,
        find::{LONGEST, Words},
    },
    error::AppError,
    href,
    state::AppState,
    web::{
        caller::Caller,
        forms::InPath,
        shell,
        wordings::{book, may_be_written},
    },
};

/// Items that are shown, and letters.
const MOST: usize = 20;

/// What is looked for in help.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Find {
    #[serde(default)]
    find: String,
}

/// What counts, where the rest is explained, and what was looked for.
pub(super) async fn index(
    State(app): State<AppState>,
    caller: Caller,
    Query(query): Query<Find>,
) -> Result<Response, AppError> {
    let text: String = query.find.trim().chars().take(LONGEST).collect();
    let looked = if text.is_empty() { Looked::default() } else { looked(&app, &caller, text).await? };
    Ok(shell::outside(&app, &caller, view::index(&find_view::find(&looked), !looked.text.is_empty())))
}

/// Items of the menu and letters in force today, linked to where a practice manager records or writes them.
async fn looked(app: &AppState, caller: &Caller, text: String) -> Result<Looked, AppError> {
    let (catalogue, words, today) = (app.catalogue().await?, Words::of(&text), app.clock.today());
    let manages = caller.grants().iter().find(|grant| grant.role == Role::PracticeManager);
    let practice = manages.map(|grant| href!("/practices").seg(&grant.organisation));
    let at = |folder: &str| practice.clone().map(|practice| practice.seg(folder));
    let items = catalogue.items_on(today).filter(|item| words.are_in(&[&item.title, &item.plain]));
    let items = items.take(MOST).map(|item| Found {
        title: item.title.clone(),
        plain: item.plain.clone(),
        page: at("actions").map(|actions| actions.seg(&item.code)),
    });
    let kinds = book()?.kinds.iter().filter(|kind| may_be_written(&catalogue, kind, today));
    let letters =
        kinds.filter(|kind| words.are_in(&[&kind.title, &kind.to, &kind.text])).take(MOST).map(|kind| Found {
            title: kind.title.clone(),
            plain: kind.to.clone(),
            page: at("letters").map(|letters| letters.seg("new").query("kind", &kind.code)),
        });
    Ok(Looked {
        items: items.collect(),
        letters: letters.collect(),
        sent: at("letters").map(|letters| letters.query("find", &text)),
        text,
    })
}

/// What one role does here.
pub(super) async fn topic(
    State(app): State<AppState>,
    caller: Caller,
    InPath(code): InPath<String>,
) -> Result<Response, AppError> {
    let topic = TOPICS.iter().find(|topic| topic.code == code).ok_or(AppError::NotFound)?;
    Ok(shell::outside(&app, &caller, view::topic(topic)))
}

/// What a refusal of the API means; its `type` is this address.
pub(super) async fn problem(
    State(app): State<AppState>,
    caller: Caller,
    InPath(reference): InPath<String>,
) -> Result<Response, AppError> {
    let known = PROBLEMS.iter().find(|(code, _, _)| *code == reference).ok_or(AppError::NotFound)?;
    Ok(shell::outside(&app, &caller, view::problem(known)))
}
