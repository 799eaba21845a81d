//! The practice's own wording of a letter: written, compared, taken back.

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use entity::ids::RowId;
use serde::Deserialize;
use uuid::Uuid;

use super::{
    Wordings, base, known_kind, newest, show,
    wording_pages::{self, Sheet},
};
use crate::{
    domain::{
        access::{By, Permit, PracticeScope, SeeLetters, WriteLetters},
        letter::{self, book::Kind, diff},
    },
    error::{AppError, FieldError},
    operations::change_wording::ChangeOwnWording,
    state::AppState,
    store::letters::NewWording,
    web::{
        caller::Caller,
        forms::{self, Form, InPath},
    },
};

#[derive(Debug, Deserialize)]
pub(super) struct KindPath {
    pub(super) kind: String,
}

/// The form of a wording.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Wrote {
    pub(super) id: String,
    #[serde(default)]
    pub(super) text: String,
    #[serde(default)]
    pub(super) step: String,
}

/// What a form of a wording asks for.
#[derive(Debug)]
pub(super) enum Step {
    /// Look at the changes only.
    Look,
    /// Write this as the new version; nothing takes the own wording back.
    Write(RowId, Option<String>),
}

impl Wrote {
    /// Reads the step and checks the text against what lies beneath.
    pub(super) fn read(&self, kind: &Kind, beneath: &str) -> Result<Step, FieldError> {
        let id = RowId(forms::id(&self.id, "text")?);
        if self.step == "back" {
            return Ok(Step::Write(id, None));
        }
        let (text, _) =
            letter::check_template(&self.text, kind.form).map_err(|words| FieldError::new("text", words))?;
        if self.step == "look" {
            return Ok(Step::Look);
        }
        if !diff::differ(beneath, &text) {
            let words = "This is the wording you began with: nothing is changed";
            return Err(FieldError::new("text", words));
        }
        Ok(Step::Write(id, Some(text)))
    }
}

/// The wording with what it changes.
pub(super) async fn page(
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
    kind: &'static Kind,
    typed: Option<&str>,
    errors: &[FieldError],
) -> Result<Response, AppError> {
    let wordings = Wordings::read(app, scope).await?;
    let practice = scope.practice();
    let content = wording_pages::page(&Sheet {
        back: (base(practice), "Letters"),
        action: base(practice).seg("wording").seg(&kind.code),
        kind,
        beneath: &wordings.beneath(kind),
        own: newest(&wordings.own, kind),
        versions: wordings.own.get(&kind.code).map_or(&[], Vec::as_slice),
        typed,
        errors,
        whose: "your own wording",
    });
    let error = if errors.is_empty() { "" } else { "Error: " };
    let title = format!("{error}Wording: {}", kind.title);
    let page = show(app, caller, practice, &title, content).await?;
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    Ok((status, page).into_response())
}

/// Writes a version, or shows what it would change.
pub(super) async fn change(
    permit: Permit<WriteLetters>,
    caller: Caller,
    State(app): State<AppState>,
    InPath(path): InPath<KindPath>,
    Form(form): Form<Wrote>,
) -> Result<Response, AppError> {
    let kind = known_kind(&path.kind)?;
    let beneath = Wordings::read(&app, permit.scope()).await?.beneath(kind);
    let typed = Some(form.text.as_str());
    let text = beneath.text.as_deref().unwrap_or_default();
    let (id, text) = match form.read(kind, text) {
        Ok(Step::Write(id, text)) => (id, text),
        Ok(Step::Look) => return render(&app, &caller, permit.scope(), kind, typed, &[]).await,
        Err(error) => {
            return render(&app, &caller, permit.scope(), kind, typed, &[error]).await;
        }
    };
    let wording = NewWording {
        id,
        kind: kind.code.clone(),
        effective_on: app.clock.today(),
        text,
        base: (beneath.level, beneath.version),
    };
    ChangeOwnWording { wording }.perform(&app, &By::from(&permit)).await?;
    let here = base(permit.scope().practice()).seg("wording").seg(&kind.code);
    Ok(Redirect::to(here.as_str()).into_response())
}

/// A fresh id for a form.
pub(super) fn fresh() -> String {
    Uuid::now_v7().to_string()
}
