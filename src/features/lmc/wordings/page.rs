//! The wordings an LMC offers its practices. It sees no letter of any practice.

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use entity::ids::OrgCode;
use maud::Markup;
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
    store::letters::{self, NewWording},
    ui::wording::{self, Sheet},
    web::{
        caller::Caller,
        forms::{Form, InPath},
        shell::{self, Section},
        wordings::{KindPath, Step, WordingForm, book, known_kind},
    },
};

async fn framed(
    app: &AppState,
    caller: &Caller,
    lmc: &OrgCode,
    title: &str,
    content: Markup,
) -> Result<Response, AppError> {
    let place = shell::lmc_place(app, lmc).await?;
    let sheet = shell::Sheet { title, current: Section::Letters, live: None, content };
    Ok(shell::page(app, caller, &place, sheet).into_response())
}

/// Every letter, with what the LMC changed.
pub(super) async fn list(
    permit: Permit<EditLmcLetters>,
    caller: Caller,
    State(app): State<AppState>,
) -> Result<Response, AppError> {
    let lmc = permit.scope().lmc();
    let versions = letters::lmc_wordings(app.db.read(permit.scope())).await?;
    let content = view::list(&base(lmc), &book()?.kinds, &versions);
    framed(&app, &caller, lmc, "Letters", content).await
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
    let content = wording::page(&Sheet {
        back: (base(lmc), "Letters"),
        action: base(lmc).seg(&kind.code),
        kind,
        beneath: &kind.wording(),
        versions: versions.get(&kind.code).map_or(&[], Vec::as_slice),
        typed,
        errors,
        forms: [Uuid::now_v7(), Uuid::now_v7()].map(|id| id.to_string()),
        whose: "the LMC’s wording",
    });
    let error = if errors.is_empty() { "" } else { "Error: " };
    let title = format!("{error}Wording: {}", kind.title);
    let page = framed(app, caller, lmc, &title, content).await?;
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    Ok((status, page).into_response())
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
    let typed = Some(form.text.as_str());
    let (id, text) = match form.read(kind, &kind.text) {
        Ok(Step::Write(id, text)) => (id, text),
        Ok(Step::Preview) => return render(&app, &caller, permit.scope(), kind, typed, &[]).await,
        Err(error) => {
            return render(&app, &caller, permit.scope(), kind, typed, &[error]).await;
        }
    };
    let national = kind.wording();
    let new = NewWording {
        id,
        kind: kind.code.clone(),
        effective_on: app.clock.today(),
        text,
        base: (national.level, national.version),
    };
    ChangeLmcWording { wording: new }.perform(&app, &By::from(&permit)).await?;
    let here = base(permit.scope().lmc()).seg(&kind.code);
    Ok(Redirect::to(here.as_str()).into_response())
}
