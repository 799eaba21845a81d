//! The practice's own wording of a letter: written, compared, taken back.

use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use uuid::Uuid;

use super::{view::base, wordings::Wordings};
use crate::{
    domain::{
        access::{By, Permit, PracticeScope, SeeLetters, WriteLetters},
        letter::book::LetterKind,
    },
    error::{AppError, FieldError},
    operations::change_wording::ChangeOwnWording,
    state::AppState,
    ui::wording::{self, WordingPage},
    web::{
        caller::Caller,
        forms::{Form, InPath},
        shell,
        wordings::{KindPath, WordingForm, known_kind},
    },
};

/// The wording with what it changes.
pub(super) async fn show(
    permit: Permit<SeeLetters>,
    caller: Caller,
    State(app): State<AppState>,
    InPath(path): InPath<KindPath>,
) -> Result<Response, AppError> {
    let kind = known_kind(&path.kind)?;
    render(&app, &caller, permit.scope(), kind, None, &[]).await
}

async fn render(
    app: &AppState,
    caller: &Caller,
    scope: &PracticeScope,
    kind: &'static LetterKind,
    typed: Option<&str>,
    errors: &[FieldError],
) -> Result<Response, AppError> {
    let wordings = Wordings::read(app, scope).await?;
    let practice = scope.practice();
    let sheet = wording::page(&WordingPage {
        letters: base(practice),
        action: base(practice).seg("wording").seg(&kind.code),
        kind,
        beneath: &wordings.beneath(kind),
        versions: wordings.own.get(&kind.code).map_or(&[], Vec::as_slice),
        typed,
        errors,
        forms: [Uuid::now_v7(), Uuid::now_v7()].map(|id| id.to_string()),
        whose: "your own wording",
    });
    shell::show(app, caller, scope, sheet).await
}

/// Writes a version, or shows what it would change.
pub(super) async fn change(
    permit: Permit<WriteLetters>,
    caller: Caller,
    State(app): State<AppState>,
    InPath(path): InPath<KindPath>,
    Form(form): Form<WordingForm>,
) -> Result<Response, AppError> {
    let kind = known_kind(&path.kind)?;
    let beneath = Wordings::read(&app, permit.scope()).await?.beneath(kind);
    match form.read(kind, &beneath, app.clock.today()) {
        Ok(wording) => {
            ChangeOwnWording { wording }.perform(&app, &By::from(&permit)).await?;
            let here = base(permit.scope().practice()).seg("wording").seg(&kind.code);
            Ok(Redirect::to(here.as_str()).into_response())
        }
        Err(errors) => render(&app, &caller, permit.scope(), kind, Some(&form.text), &errors).await,
    }
}
