//! Pages of help.

use axum::{extract::State, response::Response};
use axum_extra::extract::Query;
use serde::Deserialize;

use super::{
    find_view::{self, FoundItem, LONGEST, Looked, Words},
    view::{self, PROBLEMS, TOPICS},
};
use crate::{
    domain::access::Role,
    error::AppError,
    href,
    state::AppState,
    web::{caller::Caller, forms::InPath, shell},
};

/// Items that are shown.
const MOST_ITEMS: usize = 20;

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
    let items = if text.is_empty() { Vec::new() } else { items(&app, &caller, &text).await? };
    let looked = Looked { text, items };
    Ok(shell::outside(&app, &caller, view::index(&find_view::find(&looked), !looked.text.is_empty())))
}

/// Items of the menu in force today, linked to where a practice manager records them.
async fn items(app: &AppState, caller: &Caller, text: &str) -> Result<Vec<FoundItem>, AppError> {
    let (catalogue, words) = (app.catalogue().await?, Words::of(text));
    let practice = caller.grants().iter().find(|grant| grant.role == Role::PracticeManager);
    let found = catalogue.items_on(app.clock.today()).filter(|item| words.are_in(&[&item.title, &item.plain]));
    Ok(found
        .take(MOST_ITEMS)
        .map(|item| FoundItem {
            title: item.title.clone(),
            plain: item.plain.clone(),
            page: practice.map(|grant| href!("/practices").seg(&grant.organisation).seg("actions").seg(&item.code)),
        })
        .collect())
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
