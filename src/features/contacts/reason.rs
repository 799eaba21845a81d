//! Why a clinician goes on past the limit, where they say so.

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
    response::Response,
};
use entity::ids::RowId;
use serde::Deserialize;

use super::answer;
use crate::{
    domain::{
        access::{Permit, RecordContacts},
        contact,
    },
    error::AppError,
    live::What,
    state::AppState,
    store::days,
    web::{
        caller::Caller,
        forms::{self, Form},
    },
};

/// Why a clinician goes on past the limit: a class, never a text (`domain.md` of the field: urgent, protected group,
/// clinical judgement, could not divert).
pub(super) const REASONS: [(&str, &str); 4] = [
    ("urgent", "Urgent need"),
    ("protected-group", "Protected group"),
    ("clinical-judgement", "Clinical judgement"),
    ("could-not-divert", "Could not divert"),
];

#[derive(Debug, Deserialize)]
pub(super) struct ReasonForm {
    id: String,
    reason: String,
}

/// Notes the reason.
pub(super) async fn reason(
    permit: Permit<RecordContacts>,
    caller: Caller,
    State(app): State<AppState>,
    headers: HeaderMap,
    Form(form): Form<ReasonForm>,
) -> Result<Response, AppError> {
    let Some((reason, _)) = REASONS.into_iter().find(|(code, _)| *code == form.reason) else {
        return Err(AppError::field("reason", "Choose one of the reasons"));
    };
    let id = forms::id(&form.id, "id").map_err(|error| AppError::Invalid(vec![error]))?;
    // One form offers four answers: each is an entry of its own.
    let id = RowId(contact::derived_id(id, reason));
    let (scope, by, day) = (
        permit.scope().clone(),
        permit.actor().id(),
        app.clock.today(),
    );
    app.writer
        .write(&permit, move |tx| {
            Box::pin(async move {
                let said = days::add_reason(tx.read(&scope), id, day, reason, by, tx.now()).await?;
                said.stands()?;
                // A refresh that set out before this may arrive after its answer; the next one puts the page right.
                tx.changed(scope.practice(), What::Contacts);
                Ok(())
            })
        })
        .await?;
    answer(&app, &headers, (permit.scope(), &caller), StatusCode::OK).await
}
