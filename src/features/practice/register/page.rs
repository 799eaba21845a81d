//! The register of a practice on a day, and the answers to what its LMC noted by telephone.

use axum::{
    extract::State,
    response::{Redirect, Response},
};
use axum_extra::extract::Query;
use entity::ids::{OdsCode, StatusId};
use serde::Deserialize;

use super::{
    read::Standing,
    view::{self, register_href},
};
use crate::{
    domain::{
        access::{By, Permit, RecordStatus, SeeRegister},
        action::EntryAnswer,
        organisation::View,
    },
    error::AppError,
    operations::answer_entry::AnswerEntry,
    state::AppState,
    web::{
        caller::Caller,
        forms::{self, Form, OnQuery},
        shell,
    },
};

pub(super) async fn show(
    permit: Permit<SeeRegister>,
    caller: Caller,
    State(app): State<AppState>,
    Query(query): Query<OnQuery>,
) -> Result<Response, AppError> {
    let today = app.clock.today();
    let (on, error) = match forms::as_of(&query.on, today) {
        Ok(on) => (on, None),
        Err(error) => (today, Some(error)),
    };
    let register = Standing::read(&app, permit.scope()).await?;
    let practice = permit.scope().practice();
    let then = app.organisations_on(on).await?;
    let view = view::View {
        practice,
        belonged: &belonged(&then, practice),
        ground: register.on(on),
        today,
        typed: &query.on,
        error,
    };
    shell::show(&app, &caller, permit.scope(), view::content(&view)).await
}

/// The names of the LMC and the ICB of a practice on the day of these organisations.
fn belonged(organisations: &View, practice: &OdsCode) -> Vec<String> {
    let Some(known) = organisations.practice(practice) else {
        return Vec::new();
    };
    let of = known.lmc.iter().chain(&known.icb);
    of.map(|code| organisations.name_of(code)).collect()
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AnswerForm {
    status: String,
    answer: String,
    #[serde(default)]
    next: String,
}

/// The practice confirms or removes what its LMC noted by telephone.
pub(super) async fn answer(
    permit: Permit<RecordStatus>,
    State(app): State<AppState>,
    Form(form): Form<AnswerForm>,
) -> Result<Redirect, AppError> {
    let status: StatusId = form.status.parse().map_err(|_| AppError::NotFound)?;
    let answer = match form.answer.as_str() {
        "confirmed" => EntryAnswer::Confirmed,
        "removed" => EntryAnswer::Removed,
        _ => return Err(AppError::field("answer", "Confirm the entry or remove it")),
    };
    AnswerEntry { status, answer }.perform(&app, &By::from(&permit)).await?;
    let next = shell::own_path(&form.next);
    let next = next.unwrap_or_else(|| register_href(permit.scope().practice()));
    Ok(Redirect::to(next.as_str()))
}
