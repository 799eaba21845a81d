//! Erasing one clinician's own counts: a page that says what it does, and the deed.

use std::time::Duration;

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;

use super::{pages, place};
use crate::{
    domain::access::{Actor, ClinicianScope, EraseCounts, Permit, SeeOwnDay},
    error::{AppError, FieldError},
    state::AppState,
    store::anchors,
    web::{
        caller::Caller,
        forms::Form,
        shell::{self, Place, Sheet},
    },
    writer::owned_scope,
};

/// How often the log is tried to be emptied after an erasure, and the pause between two tries.
const TRIES: u32 = 40;
const PAUSE: Duration = Duration::from_millis(250);

pub(super) async fn page(
    permit: Permit<SeeOwnDay>,
    caller: Caller,
    State(app): State<AppState>,
) -> Result<Response, AppError> {
    show(&app, &caller, permit.scope(), &[]).await
}

async fn show(
    app: &AppState,
    caller: &Caller,
    scope: &ClinicianScope,
    errors: &[FieldError],
) -> Result<Response, AppError> {
    let (place, clinician) = place(app, scope).await?;
    let today = app.clock.today();
    let may = match caller.actor {
        Actor::Device { .. } => true,
        _ => clinician.left_on.is_some_and(|day| day <= today),
    };
    let title = if errors.is_empty() {
        "Erase counts"
    } else {
        "Error: Erase counts"
    };
    let sheet = Sheet {
        title,
        current: "My weeks",
        live: None,
        content: pages::erase(scope, &clinician.label, may, errors),
    };
    let status = if errors.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    Ok((status, shell::page(app, caller, &place, sheet)).into_response())
}

#[derive(Debug, Deserialize)]
pub(super) struct EraseForm {
    #[serde(default)]
    sure: String,
}

pub(super) async fn erase(
    permit: Permit<EraseCounts>,
    caller: Caller,
    State(app): State<AppState>,
    Form(form): Form<EraseForm>,
) -> Result<Response, AppError> {
    if form.sure != "yes" {
        let error = FieldError::new("sure", "Tick the box to say that you are sure");
        return show(&app, &caller, permit.scope(), &[error]).await;
    }
    erase_counts(&app, &permit).await?;
    Ok(Redirect::to("/counts-erased").into_response())
}

/// Erases, and empties the log so that nothing is left in it either. Sent again it finds nothing left to erase. Answers
/// how many days there were.
pub(super) async fn erase_counts(
    app: &AppState,
    permit: &Permit<EraseCounts>,
) -> Result<usize, AppError> {
    app.believed().await?;
    let (scope, by) = (owned_scope(permit), permit.clone());
    // Read before the transaction, which it would make long.
    let anchored = anchors::of_clinician(app.db.read(&scope)).await?;
    let days = app
        .writer
        .write(permit, move |tx| {
            Box::pin(async move { tx.erase(&by, &scope, anchored).await })
        })
        .await?;
    // Whoever asked may be gone; the log is emptied all the same.
    let emptying = tokio::spawn(empty_log(app.clone()));
    drop(emptying.await);
    Ok(days)
}

async fn empty_log(app: AppState) {
    for _ in 0..TRIES {
        match app.writer.empty_log().await {
            Ok(true) => return,
            Ok(false) => tokio::time::sleep(PAUSE).await,
            Err(error) => {
                tracing::warn!(%error, "the log was not emptied after an erasure");
                return;
            }
        }
    }
    tracing::warn!(
        "readers kept the log from being emptied after an erasure; the next night does it"
    );
}

/// Said to whoever erased: their device opens nothing any more.
pub(super) async fn erased(State(app): State<AppState>, caller: Caller) -> Response {
    let sheet = Sheet {
        title: "Counts erased",
        current: "",
        live: None,
        content: pages::erased(),
    };
    shell::page(&app, &caller, &Place::Nowhere, sheet).into_response()
}
