//! The practice's own wording of a letter: written, compared, taken back.

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use uuid::Uuid;

use super::{frame::framed, view::base, wordings::Wordings};
use crate::{
    domain::{
        access::{By, Permit, PracticeScope, SeeLetters, WriteLetters},
        letter::book::LetterKind,
    },
    error::{AppError, FieldError},
    operations::change_wording::ChangeOwnWording,
    state::AppState,
    store::letters::NewWording,
    ui::wording::{self, Sheet},
    web::{
        caller::Caller,
        forms::{Form, InPath},
        wordings::{KindPath, Step, WordingForm, known_kind},
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
    let content = wording::page(&Sheet {
        back: (base(practice), "Letters"),
        action: base(practice).seg("wording").seg(&kind.code),
        kind,
        beneath: &wordings.beneath(kind),
        versions: wordings.own.get(&kind.code).map_or(&[], Vec::as_slice),
        typed,
        errors,
        forms: [Uuid::now_v7(), Uuid::now_v7()].map(|id| id.to_string()),
        whose: "your own wording",
    });
    let error = if errors.is_empty() { "" } else { "Error: " };
    let title = format!("{error}Wording: {}", kind.title);
    let page = framed(app, caller, practice, &title, content).await?;
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    Ok((status, page).into_response())
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
    let typed = Some(form.text.as_str());
    let text = beneath.text.as_deref().unwrap_or_default();
    let (id, text) = match form.read(kind, text) {
        Ok(Step::Write(id, text)) => (id, text),
        Ok(Step::Preview) => return render(&app, &caller, permit.scope(), kind, typed, &[]).await,
        Err(error) => {
            return render(&app, &caller, permit.scope(), kind, typed, &[error]).await;
        }
    };
    let new = NewWording {
        id,
        kind: kind.code.clone(),
        effective_on: app.clock.today(),
        text,
        base: (beneath.level, beneath.version),
    };
    ChangeOwnWording { wording: new }.perform(&app, &By::from(&permit)).await?;
    let here = base(permit.scope().practice()).seg("wording").seg(&kind.code);
    Ok(Redirect::to(here.as_str()).into_response())
}
