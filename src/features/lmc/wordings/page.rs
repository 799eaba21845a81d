//! The wordings an LMC offers its practices. It sees no letter of any practice.

use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use uuid::Uuid;

use super::view::{self, base};
use crate::{
    domain::{
        access::{By, EditLmcLetters, LmcScope, Permit},
        letter::book::LetterKind,
    },
    error::{AppError, FieldError},
    operations::change_wording::ChangeLmcWording,
    state::AppState,
    store::letters,
    ui::wording::{self, WordingPage},
    web::{
        caller::Caller,
        forms::{Form, InPath},
        shell,
        wordings::{KindPath, WordingForm, book, known_kind},
    },
};

/// Every letter, with what the LMC changed.
pub(super) async fn list(
    permit: Permit<EditLmcLetters>,
    caller: Caller,
    State(app): State<AppState>,
) -> Result<Response, AppError> {
    let versions = letters::lmc_wordings(app.db.read(permit.scope())).await?;
    let sheet = view::list(&base(permit.scope().lmc()), &book()?.kinds, &versions);
    shell::show(&app, &caller, permit.scope(), sheet).await
}

/// One letter.
pub(super) async fn show(
    permit: Permit<EditLmcLetters>,
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
    scope: &LmcScope,
    kind: &'static LetterKind,
    typed: Option<&str>,
    errors: &[FieldError],
) -> Result<Response, AppError> {
    let versions = letters::lmc_wordings(app.db.read(scope)).await?;
    let lmc = scope.lmc();
    let sheet = wording::page(&WordingPage {
        letters: base(lmc),
        action: base(lmc).seg(&kind.code),
        kind,
        beneath: &kind.wording(),
        versions: versions.get(&kind.code).map_or(&[], Vec::as_slice),
        typed,
        errors,
        forms: [Uuid::now_v7(), Uuid::now_v7()].map(|id| id.to_string()),
        whose: "the LMC’s wording",
    });
    shell::show(app, caller, scope, sheet).await
}

/// Writes a version, or shows what it would change.
pub(super) async fn change(
    permit: Permit<EditLmcLetters>,
    caller: Caller,
    State(app): State<AppState>,
    InPath(path): InPath<KindPath>,
    Form(form): Form<WordingForm>,
) -> Result<Response, AppError> {
    let kind = known_kind(&path.kind)?;
    match form.read(kind, &kind.wording(), app.clock.today()) {
        Ok(wording) => {
            ChangeLmcWording { wording }.perform(&app, &By::from(&permit)).await?;
            let here = base(permit.scope().lmc()).seg(&kind.code);
            Ok(Redirect::to(here.as_str()).into_response())
        }
        Err(errors) => render(&app, &caller, permit.scope(), kind, Some(&form.text), &errors).await,
    }
}
