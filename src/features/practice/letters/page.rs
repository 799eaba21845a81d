//! The register of letters, and those that can be written.

use axum::{extract::State, response::Response};
use axum_extra::extract::Query;
use serde::Deserialize;

use super::{
    view::{self, Looked, Offer},
    wordings::Wordings,
};
use crate::{
    domain::{
        access::{Permit, SeeLetters},
        find::{LONGEST, Words},
    },
    error::AppError,
    state::AppState,
    store::letters,
    web::{
        caller::Caller,
        shell,
        wordings::{book, may_be_written},
    },
};

/// What is looked for in letters that were sent.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Find {
    #[serde(default)]
    find: String,
}

pub(super) async fn show(
    permit: Permit<SeeLetters>,
    caller: Caller,
    State(app): State<AppState>,
    Query(query): Query<Find>,
) -> Result<Response, AppError> {
    let mut letters = letters::all(app.db.read(permit.scope())).await?;
    let looked = Looked {
        of: u64::try_from(letters.len()).unwrap_or(u64::MAX),
        text: query.find.trim().chars().take(LONGEST).collect(),
    };
    if !looked.text.is_empty() {
        let words = Words::of(&looked.text);
        letters.retain(|letter| {
            let row = &letter.row;
            words.are_in(&[&row.subject, &row.recipient, &row.body, view::kind_title(&row.kind)])
        });
    }
    let wordings = Wordings::read(&app, permit.scope()).await?;
    let (catalogue, today) = (app.catalogue().await?, app.clock.today());
    let kinds = book()?.kinds.iter();
    let offers: Vec<Offer> = kinds
        .filter(|kind| may_be_written(&catalogue, kind, today))
        .map(|kind| Offer { kind, wording: wordings.holds(kind) })
        .collect();
    let sheet = view::register(permit.scope().practice(), (&letters, &looked), &offers, today);
    shell::show(&app, &caller, permit.scope(), sheet).await
}
