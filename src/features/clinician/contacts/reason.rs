//! Why a clinician goes on past the limit, where they say so.

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
    response::Response,
};
use serde::Deserialize;

use super::answer;
use crate::{
    domain::access::{By, Permit, RecordContacts},
    error::AppError,
    operations::give_reason::{GiveReason, REASONS},
    state::AppState,
    web::{
        caller::Caller,
        forms::{self, Form},
    },
};

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
    let day = app.clock.today();
    let given = GiveReason { id, day, reason };
    given.perform(&app, &By::from(&permit)).await?;
    answer(&app, &headers, (permit.scope(), &caller), StatusCode::OK).await
}
